"""Vouchers that were set aside: they count from now on, or they go again."""

from collections.abc import Collection
from datetime import datetime, timedelta

from orders.models import Voucher
from orders.operations.hand_over_vouchers import hand_over_vouchers

SET_ASIDE_FOR = timedelta(days=1)
"""Far longer than any mail takes from being written to being on its way."""


class VoucherGone(LookupError):
    """A voucher that a mail names is not there any more, or was revoked: that mail must not go."""


def activate_vouchers(
    *, customer_ids: Collection[int], occasions: Collection[str], now: datetime
) -> int:
    """The vouchers set aside for these occasions count from `now` on; how many were new.

    They are made in the shop's system, too. In the transaction that makes sure that their mails
    leave; inside the store's scope. Raises
    `VoucherGone` where one of the occasions has no voucher that may be used.
    """
    rows = Voucher.objects.select_for_update().filter(
        customer_id__in=customer_ids, occasion__in=occasions, revoked_at__isnull=True
    )
    found = list(rows.order_by("pk"))
    if len(found) < len(set(occasions)):
        raise VoucherGone("A voucher was taken back before its mail left.")
    aside = [row for row in found if row.live_at is None]
    if not aside:
        return 0
    changed = Voucher.objects.filter(pk__in=[row.pk for row in aside]).update(live_at=now)
    for row in aside:
        row.live_at = now
    hand_over_vouchers(vouchers=aside, now=now)
    return changed


def drop_set_aside(*, now: datetime) -> int:
    """Forget vouchers whose mails did not leave after all; how many. Inside the store's scope."""
    old = Voucher.objects.filter(live_at__isnull=True, issued_at__lt=now - SET_ASIDE_FOR)
    dropped, _ = old.delete()
    return dropped
