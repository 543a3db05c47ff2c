"""Nobody told us that it was paid (cash on delivery, an invoice): nothing can be given back unseen."""

from orders.policies import PAID
from orders.returns.case import Case, Look


def rule(case: Case) -> Look | None:
    return None if case.order.payment_status in PAID else "unpaid"
