"""Which of the shop's refunds answers which payback or return. Pure: the same rows, the same answer, in
whatever order they came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

CLOCKS_DIFFER = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A refund that stands. `lines`: the line ids that it names."""

    pk: int
    external_id: str
    amount_minor: int
    lines: frozenset[str]
    happened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """A payment that we began and that did not fail. `refund_id`: what the shop's system answered."""

    pk: int
    asked_id: int
    amount_minor: int
    refund_id: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A return that money may go back for: `due_minor` in all, `ours_minor` of it by ourselves."""

    pk: int
    lines: frozenset[str]
    due_minor: int
    ours_minor: int
    requested_at: datetime
    received_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Refunds by the payback of ours that they are, and by the return that the shop paid by itself."""

    of_ours: dict[int, int]
    by_shop: dict[int, int]


def assign(*, told: Sequence[Told], ours: Sequence[Ours], returns: Sequence[Open]) -> Answers:
    """Ours first: by the shop's own id, then by the amount. What is left is the shop's own payment for
    the return whose goods it names, or for the only one that it can mean; or for none."""
    in_turn = sorted(told, key=lambda one: (one.happened_at, one.external_id))
    of_ours: dict[int, int] = {}
    for refund in in_turn:
        payback = next((p for p in ours if p.refund_id and p.refund_id == refund.external_id), None)
        if payback is not None and payback.pk not in of_ours.values():
            of_ours[refund.pk] = payback.pk
    for refund in in_turn:
        if refund.pk in of_ours:
            continue
        payback = next(
            (
                p
                for p in sorted(ours, key=lambda p: (p.made_at, p.pk))
                if p.pk not in of_ours.values()
                and not p.refund_id
                and p.amount_minor == refund.amount_minor
                and refund.happened_at >= p.made_at - CLOCKS_DIFFER
            ),
            None,
        )
        if payback is not None:
            of_ours[refund.pk] = payback.pk
    by_shop: dict[int, int] = {}
    left = {one.pk: one.due_minor - one.ours_minor for one in returns}
    for refund in in_turn:
        if refund.pk in of_ours:
            continue
        meant = _meant(refund, returns=returns, left=left)
        if meant is not None:
            by_shop[refund.pk] = meant.pk
            left[meant.pk] -= refund.amount_minor
    return Answers(of_ours=of_ours, by_shop=by_shop)


def _meant(refund: Told, *, returns: Sequence[Open], left: dict[int, int]) -> Open | None:
    could = [
        one
        for one in returns
        if left[one.pk] > 0 and one.requested_at <= refund.happened_at + CLOCKS_DIFFER
    ]
    if refund.lines:
        return next((one for one in could if one.lines & refund.lines), None)
    likely = [
        one
        for one in could
        if left[one.pk] == refund.amount_minor
        or (one.received_at is not None and one.received_at <= refund.happened_at + CLOCKS_DIFFER)
    ]
    return likely[0] if len(likely) == 1 else None
