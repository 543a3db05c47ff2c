"""A customer asks to cancel or change an order."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from core.events.spine import record
from orders.events import OrderChangeAsked
from orders.models import ChangeRequest, Order
from orders.operations.carry_out_change import carry_out_change
from orders.self_service.case import Reason
from orders.self_service.read import rulings_of


class NotOffered(Exception):
    """It cannot be asked for (any more); `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


def ask_change(
    *, order: Order, kind: str, wanted: Mapping[str, object], why: str = "", now: datetime
) -> ChangeRequest:
    """Write the wish down; where the shop's rules say so, have it carried out at once.

    The order's lock decides between two tabs, and between a wish and a dispatch: whoever commits
    first wins. Raises `NotOffered`. Inside the store's scope; `now` is the store's time.
    """
    with transaction.atomic():
        locked = Order.objects.select_for_update().get(pk=order.pk)
        ruling = rulings_of(order=locked, now=now)[kind]
        if ruling.reason is not None:
            raise NotOffered(ruling.reason)
        asked = ChangeRequest.objects.create(
            store_id=locked.store_id,
            order=locked,
            customer_id=locked.customer_id,
            kind=kind,
            wanted=dict(wanted),
            why=why.strip()[:500],
            asked_at=now,
        )
        record(
            news=OrderChangeAsked(
                order_id=locked.pk,
                customer_id=locked.customer_id,
                change_request_id=asked.pk,
                kind=kind,
                is_looked_at=not ruling.at_once,
            ),
            store_id=locked.store_id,
            subject=f"order:{locked.pk}",
            key=f"{locked.pk}:{asked.pk}",
            occurred_at=now,
            origin="live",
            now=now,
        )
        if ruling.at_once:
            carry_out_change(asked=asked, order=locked, by="", now=now)
    return asked
