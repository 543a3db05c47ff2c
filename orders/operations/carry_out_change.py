"""Have a wish carried out: by the shop's system, or by its people where none can."""

from datetime import datetime

from orders.models import ChangeRequest, Order
from orders.operations.give_command import connection_for, give_command
from orders.operations.settle_change import change_is_done

# Whoever presses the button has done these in the shop; the others are confirmed by its news.
DONE_BY_HAND = (ChangeRequest.Kind.EDIT_CONTACT, ChangeRequest.Kind.EDIT_NOTE)


def carry_out_change(*, asked: ChangeRequest, order: Order, by: str, now: datetime) -> None:
    """Approve it and hand it over. Inside a transaction that has locked the order."""
    asked.status = ChangeRequest.Status.APPROVED
    asked.decided_at, asked.decided_by = now, by[:160]
    asked.problem = ""
    connection = connection_for(order=order, kind=asked.kind)
    if connection is not None:
        asked.tries += 1
        payload = dict(asked.wanted)
        if asked.kind == ChangeRequest.Kind.EDIT_CONTACT and order.shipping_address:
            payload["address"] = order.shipping_address
        asked.command = give_command(
            connection=connection,
            kind=asked.kind,
            payload=payload,
            key=f"change:{asked.public_id.hex}:{asked.tries}",
            order=order,
            now=now,
        )
    else:
        asked.command = None
    asked.save()
    if connection is None and asked.kind in DONE_BY_HAND:
        change_is_done(asked=asked, now=now)
