"""What was spent comes back: an order was canceled, a reward was not given after all."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet, Sum

from core.ledger.errors import AlreadyReversed, NotReversible
from core.ledger.models import Entry, Lot, Movement
from core.ledger.operations.earn import debts, pay_debt_first
from core.ledger.operations.open_purse import lock_purse_of_lots
from core.ledger.operations.post import (
    Posted,
    Purpose,
    Step,
    claim_keys,
    digest_of,
    found,
    whole,
    write_steps,
)


def give_back(
    *,
    spent: Movement,
    key: str,
    amount: int | None = None,
    keep_until: datetime | None = None,
    subject: str = "",
    reason: str = "",
    by: str = "",
    now: datetime,
) -> Posted:
    """`amount` of a spending (None: all that is left of it) goes back into the lots it came from,
    once for its key; those that expire last first. A debt is paid before.

    `keep_until`: lots that expire earlier now last until then. Raises `AlreadyReversed` for more
    than is left of the spending, `NotReversible` where nothing was spent, `BadAmount`, `KeyReused`.
    """
    if spent.kind not in {Movement.Kind.SPEND, Movement.Kind.CAPTURE}:
        raise NotReversible("Only what was spent can be given back.")
    if amount is not None:
        whole(amount)
    wish = digest_of(kind="give_back", spent=spent.pk, amount=amount)
    with transaction.atomic():
        taken = _by_lot(Entry.objects.filter(movement=spent, to_account__purpose=Purpose.SPENT))
        purse = lock_purse_of_lots(lot_ids=list(taken))
        if (earlier := found(key=key, digest=wish)) is not None:
            return earlier
        back = _by_lot(Entry.objects.filter(movement__reverses=spent))
        left = {lot_id: some - back.get(lot_id, 0) for lot_id, some in taken.items()}
        wanted = sum(left.values()) if amount is None else amount
        if not 0 < wanted <= sum(left.values()):
            raise AlreadyReversed(f"Only {sum(left.values())} of it are left to be given back.")
        movement = Movement(
            store_id=spent.store_id,
            unit_id=spent.unit_id,
            purse=purse,
            kind=Movement.Kind.GIVE_BACK,
            key=key,
            digest=wish,
            amount=wanted,
            reverses=spent,
            subject=subject or spent.subject,
            reason=reason[:200],
            by=by[:160],
            happened_at=now,
        )
        posted = claim_keys([movement])[key]
        if posted.is_new:
            steps = _steps(left, wanted=wanted, purse_id=purse.pk)
            write_steps({movement.pk: steps}, movements={movement.pk: movement})
            if keep_until is not None:
                Lot.objects.filter(
                    pk__in=[step.lot_id for step in steps], expires_at__lt=keep_until
                ).update(expires_at=keep_until)
    return posted


def _by_lot(entries: QuerySet[Entry]) -> dict[int, int]:
    sums = entries.values("lot_id").annotate(total=Sum("amount"))
    return {row["lot_id"]: row["total"] for row in sums}


def _steps(left: dict[int, int], *, wanted: int, purse_id: int) -> list[Step]:
    lots = Lot.objects.filter(pk__in=left).order_by(F("expires_at").desc(nulls_first=True), "-pk")
    owing = debts({purse_id})
    steps = []
    for lot in lots:
        part = min(wanted, left[lot.pk])
        wanted -= part
        steps += [
            Step(from_purpose=Purpose.SPENT, to_purpose=goal, amount=some, lot_id=lot.pk)
            for goal, some in pay_debt_first(owing, purse_id=purse_id, amount=part)
        ]
    return steps
