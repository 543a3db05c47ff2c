from engagement.preferences.models.consent import Consent
from engagement.preferences.models.suppression import Suppression
from engagement.preferences.models.wishes import Wishes

__all__ = ["Consent", "Suppression", "Wishes"]
