"""What the marketing mail is about was given back."""

from engagement.flows.case import Case
from engagement.messages.models import Reason
from engagement.messages.rules import Skip
from orders.models import Order


def returned(case: Case) -> Skip | None:
    """All goods it would speak of were refunded. Order news is not concerned."""
    if not case.is_marketing or case.order is None:
        return None
    if case.order.payment_status == Order.Payment.REFUNDED:
        return Skip(Reason.RETURNED)
    named = set(case.message.facts.get("products", ()))
    lines = [line for line in case.lines if not named or line.product_id in named]
    if lines and all(line.refunded_quantity >= line.quantity for line in lines):
        return Skip(Reason.RETURNED)
    return None
