"""What the order's page offers to change, and what was asked for so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise

from core.stores.models import Store
from engagement.portal.changes.words import BECAUSE, PATHS, STATES, TITLES
from orders.models import ChangeRequest, Fulfillment, Order
from orders.self_service.is_sent import is_sent
from orders.self_service.read import rulings_of

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Offer:
    """One button, with the moment until which it is there."""

    title: Promise
    address: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One wish as the customer reads it."""

    title: Promise
    state: Promise
    reason: str | Promise
    at: datetime


def offers_of(
    *,
    order: Order,
    store: Store,
    parcels: Sequence[Fulfillment],
    wishes: Sequence[ChangeRequest],
    now: datetime,
) -> list[Offer]:
    """What may be asked for now: two queries; none once it has left, when it is too late for any."""
    if is_sent(order=order, parcels=parcels):
        return []
    rulings = rulings_of(order=order, parcels=parcels, wishes=wishes, now=now)
    return [
        Offer(
            title=TITLES[kind],
            address=reverse("portal:change", args=[store.slug, order.public_id, path]),
            until=rulings[kind].deadline,
        )
        for path, kind in PATHS.items()
        if rulings[kind].reason is None and _makes_sense(kind, order.shipping_address)
    ]


def _makes_sense(kind: str, address: Mapping[str, str]) -> bool:
    """What goes nowhere has no address, phone or note to change."""
    return kind == "cancel" or bool(address)


def wishes_of(*, order: Order) -> list[ChangeRequest]:
    """Everything that was asked for, the newest first: one query."""
    return list(ChangeRequest.objects.filter(order=order).order_by("-asked_at", "-pk"))


def asked_of(*, wishes: Sequence[ChangeRequest]) -> list[Asked]:
    """The last wishes, newest first."""
    return [
        Asked(
            title=TITLES[row.kind],
            state=STATES[row.status],
            reason=row.reason or BECAUSE.get(row.because, ""),
            at=row.settled_at or row.asked_at,
        )
        for row in wishes[:SHOWN]
    ]
