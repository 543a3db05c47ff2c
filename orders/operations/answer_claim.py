"""Who holds a claim answers it: the shop's people, or the outside party by its link."""

from datetime import date, datetime

from django.db import transaction

from orders.models import Claim, ClaimStep, Guarantee, WarrantyParty
from orders.operations.step_claim import hand_over, step_claim
from orders.warranty.events import ClaimAccepted, ClaimRefused, ClaimSettled, ClaimWithdrawn
from orders.warranty.law import repair_months
from orders.warranty.terms import add_months, promised

Status = Claim.Status
Kind = ClaimStep.Kind


class TooLate(Exception):
    """It has moved on meanwhile: answered, settled or handed to somebody else."""


def accept_claim(*, claim: Claim, by: str, epoch: int | None = None, now: datetime) -> Claim:
    """It is taken on; it is to be settled by its day. Raises `TooLate`.

    `epoch` is that of the link of who answers by one: a link that was overtaken answers nothing.
    """
    with transaction.atomic():
        row = _locked(claim, (Status.WAITING,), epoch)
        step_claim(
            claim=row,
            kind=Kind.ACCEPTED,
            by=by,
            now=now,
            change={
                "status": Status.ACCEPTED,
                "answered_at": now,
                "due_at": max(row.settle_by, now),
            },
            news=ClaimAccepted(claim_id=row.pk, customer_id=row.customer_id),
        )
    return row


def refuse_claim(
    *, claim: Claim, reason: str, by: str, epoch: int | None = None, now: datetime
) -> Claim:
    """No, with a reason that the customer reads. Raises `TooLate`, ValueError without a reason."""
    if not reason.strip():
        raise ValueError("A refusal says why.")
    with transaction.atomic():
        row = _locked(claim, Claim.OPEN, epoch)
        step_claim(
            claim=row,
            kind=Kind.REFUSED,
            by=by,
            words=reason,
            now=now,
            change={
                "status": Status.REFUSED,
                "reason": reason.strip()[:500],
                "answered_at": row.answered_at or now,
                **_closed(now),
            },
            news=ClaimRefused(claim_id=row.pk, customer_id=row.customer_id),
        )
    return row


def settle_claim(
    *, claim: Claim, outcome: str, by: str, today: date, epoch: int | None = None, now: datetime
) -> Claim:
    """It was repaired, replaced or paid back; the guarantee follows, as the law of its country says.

    Raises `TooLate`. `today` is the store's.
    """
    with transaction.atomic():
        row = _locked(claim, Claim.OPEN, epoch)
        step_claim(
            claim=row,
            kind=Kind.DONE,
            by=by,
            words=outcome,
            now=now,
            change={
                "status": Status.DONE,
                "outcome": Claim.Outcome(outcome),
                "answered_at": row.answered_at or now,
                **_closed(now),
            },
            news=ClaimSettled(claim_id=row.pk, customer_id=row.customer_id, outcome=outcome),
        )
        _follow(row, outcome, today, now)
    return row


def withdraw_claim(*, claim: Claim, now: datetime) -> Claim:
    """Its owner wants nothing any more. Raises `TooLate`."""
    with transaction.atomic():
        row = _locked(claim, Claim.OPEN, None)
        step_claim(
            claim=row,
            kind=Kind.WITHDRAWN,
            by="",
            now=now,
            change={"status": Status.WITHDRAWN, **_closed(now)},
            news=ClaimWithdrawn(claim_id=row.pk, customer_id=row.customer_id),
        )
    return row


def move_claim(*, claim: Claim, party: WarrantyParty | None, by: str, now: datetime) -> Claim:
    """Give it to another party, or take it back (None). Raises `TooLate`."""
    with transaction.atomic():
        row = _locked(claim, Claim.OPEN, None)
        hand_over(claim=row, party=party, by=by, now=now)
    return row


def _closed(now: datetime) -> dict[str, object]:
    return {"closed_at": now, "due_at": None}


def _locked(claim: Claim, statuses: tuple[str, ...], epoch: int | None) -> Claim:
    row = Claim.objects.select_for_update(of=("self",)).get(pk=claim.pk)
    if row.status not in statuses or (epoch is not None and row.link_epoch != epoch):
        raise TooLate
    return row


def _follow(claim: Claim, outcome: str, today: date, now: datetime) -> None:
    """What the outcome does to the guarantee. Money back ends it; a repair adds what the law adds,
    once; a replacement is a new piece, with a term of its own from today (Directive (EU) 2019/771,
    recital 44 leaves that to the countries: we never give less)."""
    row = Guarantee.objects.select_for_update(of=("self",)).get(pk=claim.guarantee_id)
    if outcome == Claim.Outcome.REFUNDED:
        row.ended_at = row.ended_at or now
    elif outcome == Claim.Outcome.REPLACED:
        anew = promised(starts_on=today, country=row.country, own_months=0)
        if anew.law_until is not None and row.law_until is not None:
            row.law_until = max(row.law_until, anew.law_until)
    else:
        months = repair_months(
            country=row.country, bought_on=row.bought_on, extended_times=row.extended_times
        )
        if months and row.law_until is not None:
            row.law_until = add_months(row.law_until, months)
            row.extended_times += 1
    if row.law_until is not None and row.until is not None:
        row.until = max(row.until, row.law_until)
    row.save()
