"""What the order's page says of returns: the button with its last day, those asked for, withdrawal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.functional import Promise

from core.stores.models import Store
from engagement.portal.returns.words import STATES
from orders.models import Fulfillment, Order, OrderLine, Return
from orders.returns.countries import WITHDRAWAL
from orders.returns.read import offer_of
from orders.self_service.is_sent import is_sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """`address` is empty where nothing may come back. `asked`: reference, state, its page, and when."""

    address: str
    last_day: date | None
    withdraw: str
    withdraw_by: date | None
    asked: Sequence[tuple[str, Promise, str, datetime]]


def back_of(
    *,
    order: Order,
    store: Store,
    lines: Sequence[OrderLine],
    parcels: Sequence[Fulfillment],
    token: str,
    now: datetime,
) -> Back:
    """Four queries at most; one while nothing has left. With a `token` returns are led to by it."""
    names = [store.slug, order.public_id]
    inside = reverse("portal:withdraw_order", args=names)
    withdraw = reverse("portal:withdraw", args=[store.slug]) if token else inside
    if not is_sent(order=order, parcels=parcels):
        may = _may_withdraw(order=order, store=store, lines=lines)
        rows = Return.objects.filter(order=order).order_by("-requested_at", "-pk")
        asked = _asked(rows, store=store, token=token)
        return Back(
            address="",
            last_day=None,
            withdraw=withdraw if may else "",
            withdraw_by=None,
            asked=asked,
        )
    order.store = store
    offer = offer_of(order=order, lines=lines, parcels=parcels, now=now)
    return Back(
        address=reverse("portal:return_order", args=names) if offer.can_return else "",
        last_day=offer.last_day,
        withdraw=withdraw if offer.withdrawal.is_offered else "",
        withdraw_by=offer.withdrawal.deadline,
        asked=_asked(offer.returns, store=store, token=token),
    )


def _may_withdraw(*, order: Order, store: Store, lines: Sequence[OrderLine]) -> bool:
    """Before anything has left the period has not begun; the page behind the link judges exactly."""
    country = str((order.shipping_address or {}).get("country") or store.country).upper()
    return (
        order.is_standing
        and country in WITHDRAWAL
        and any(line.refunded_quantity < line.quantity for line in lines)
    )


def _asked(
    returns: Iterable[Return], *, store: Store, token: str
) -> list[tuple[str, Promise, str, datetime]]:
    return [
        (
            row.reference,
            STATES[row.status],
            reverse("portal:return_by_link", args=[store.slug, token, row.public_id])
            if token
            else reverse("portal:return", args=[store.slug, row.public_id]),
            row.settled_at or row.received_at or row.sent_at or row.decided_at or row.requested_at,
        )
        for row in returns
    ]
