"""Take a voucher back."""

from datetime import datetime

from orders.models import Voucher


def revoke_voucher(*, voucher: Voucher, now: datetime) -> bool:
    """From now on the code is worth nothing; false if it was taken back before. Inside its store's
    scope. Orders that used it keep what they got."""
    return bool(
        Voucher.objects.filter(pk=voucher.pk, revoked_at__isnull=True).update(revoked_at=now)
    )
