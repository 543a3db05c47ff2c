"""Take an address off the list of those we leave alone. The row stays, with the time it ended."""

from datetime import datetime

from engagement.preferences.addresses import address_hashes
from engagement.preferences.models import Suppression


def lift_suppression(*, email: str, reach: str, now: datetime) -> bool:
    """Allow `email` again, as far as `reach` says; true when it was suppressed so.

    Consent is another matter: marketing still needs a basis.
    """
    lifted = Suppression.objects.filter(
        address_hash__in=address_hashes(email), reach=reach, lifted_at__isnull=True
    ).update(lifted_at=now)
    return bool(lifted)
