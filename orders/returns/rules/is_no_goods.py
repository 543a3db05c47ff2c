"""What was never a parcel (a gift card, a service) is not sent back."""

from orders.returns.case import Case, No


def rule(case: Case) -> No | None:
    return None if case.line.needs_shipping else "not_goods"
