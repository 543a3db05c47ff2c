"""Sums given back that a shop's export states without ids: they count only beyond the refunds known.

An export says “28.00 refunded”; the shop's hooks tell each refund by its id. Both are the same money.
"""

from collections.abc import Sequence
from datetime import datetime

from orders.ingest.snapshots import RefundSnapshot
from orders.models import Order, Refund
from orders.operations.fit_row import fit
from orders.policies import earliest

SUM = "file"  # the id of a sum, or the beginning of the ids of several: ``file:1``


def is_sum(external_id: str) -> bool:
    """Is this a sum out of a file, not a refund by its own id?"""
    return external_id == SUM or external_id.startswith(f"{SUM}:")


def take_sum(*, order: Order, refund: RefundSnapshot, row: Refund) -> None:
    """Take the sum into `row`; of several files the greatest holds, since money once given back
    stays so. Does not save.

    `lines` remembers the sum as told; `amount_minor` is what `settle_sums` leaves of it.
    """
    row.amount_minor = max(abs(refund.amount.minor), _told(row) if row.pk else 0)
    row.lines = [{"line_external_id": "", "quantity": "0", "amount_minor": row.amount_minor}]
    row.reason = max(row.reason, refund.reason.replace("\x00", "")[:300])
    row.currency = order.currency
    row.happened_at = earliest(row.happened_at, refund.happened_at) or refund.happened_at
    fit(row)


def settle_sums(*, refunds: Sequence[Refund], marked_at: datetime | None) -> list[Refund]:
    """Take what refunds with ids amount to off the sums; a sum that nothing is left of is gone.
    Returns the sums that changed, not saved.

    `marked_at`: the shop deleted refunds then, so that sums up to that moment say nothing any more.
    """
    sums = sorted((row for row in refunds if is_sum(row.external_id)), key=lambda r: r.external_id)
    known = sum(
        row.amount_minor
        for row in refunds
        if row.deleted_at is None and not is_sum(row.external_id)
    )
    changed = []
    for row in sums:
        told = _told(row)
        covered = min(told, known)
        known -= covered
        before = (row.amount_minor, row.deleted_at)
        row.amount_minor = told - covered
        is_gone = row.amount_minor == 0 or (marked_at is not None and row.happened_at <= marked_at)
        row.deleted_at = row.happened_at if is_gone else None
        if (row.amount_minor, row.deleted_at) != before:
            changed.append(row)
    return changed


def _told(row: Refund) -> int:
    return row.lines[0]["amount_minor"] if row.lines else row.amount_minor
