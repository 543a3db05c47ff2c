"""What orders do when something happened to them."""

from datetime import datetime

import orders.warranty.events  # noqa: F401 (whoever reads the wiring finds the news declared)
from core.events.event import Event
from core.events.wiring import reaction
from orders.models import ChangeRequest, Order, Return
from orders.operations.give_command import tell_own_system
from orders.operations.match_changes import match_changes
from orders.operations.match_refunds import match_refunds
from orders.operations.match_withdrawal import match_withdrawal
from orders.operations.settle_guarantees import settle_guarantees


@reaction(needs=["order_id"])
def match_wishes(*, event: Event, now: datetime) -> None:
    """Settle wishes that the order's news answer."""
    match_changes(order_id=event.payload["order_id"], now=now)


@reaction(needs=["order_id"])
def settle_warranty(*, event: Event, now: datetime) -> None:
    """Bring the guarantees of the order's pieces in line with it."""
    settle_guarantees(order_id=event.payload["order_id"], now=now)


@reaction(needs=["order_id", "change_request_id"])
def tell_shop(*, event: Event, now: datetime) -> None:
    """Tell the shop's own system what a customer asked for and how it ended."""
    asked = ChangeRequest.objects.filter(pk=event.payload["change_request_id"]).first()
    order = Order.objects.filter(pk=event.payload["order_id"]).first()
    if asked is None or order is None:
        return
    tell_own_system(
        event=event.name,
        data={
            "change": {
                "id": str(asked.public_id),
                "kind": asked.kind,
                "status": asked.status,
                "wanted": asked.wanted,
                "reason": asked.reason or asked.because,
            }
        },
        key=f"{event.name}:{asked.public_id.hex}",
        order=order,
        now=now,
    )


@reaction(needs=["order_id"])
def match_refund(*, event: Event, now: datetime) -> None:
    """Settle returns that the order's refunds answer."""
    match_refunds(order_id=event.payload["order_id"], now=now)


@reaction(needs=["order_id", "return_id"])
def tell_of_return(*, event: Event, now: datetime) -> None:
    """Tell the shop's own system what becomes of a return."""
    asked = Return.objects.filter(pk=event.payload["return_id"]).first()
    order = Order.objects.filter(pk=event.payload["order_id"]).first()
    if asked is None or order is None:
        return
    lines = asked.lines.select_related("order_line")
    tell_own_system(
        event=event.name,
        data={
            "return": {
                "id": str(asked.public_id),
                "reference": asked.reference,
                "kind": asked.kind,
                "outcome": asked.outcome,
                "status": asked.status,
                "due_minor": asked.due_minor,
                "paid_back_minor": asked.paid_back_minor,
                "lines": [
                    {
                        "line_id": line.order_line.external_id,
                        "quantity": f"{line.quantity.normalize():f}",
                        "received": f"{line.received_quantity.normalize():f}",
                        "restocked": f"{line.restocked_quantity.normalize():f}",
                        "condition": line.condition,
                    }
                    for line in lines
                ],
            }
        },
        key=f"{event.name}:{event.id}",
        order=order,
        now=now,
    )


@reaction(needs=["statement_id"])
def match_stated(*, event: Event, now: datetime) -> None:
    """Find the order that a declared withdrawal means."""
    match_withdrawal(statement_id=event.payload["statement_id"], now=now)
