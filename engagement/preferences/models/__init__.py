from engagement.preferences.models.consent import Consent
from engagement.preferences.models.suppression import Suppression

__all__ = ["Consent", "Suppression"]
