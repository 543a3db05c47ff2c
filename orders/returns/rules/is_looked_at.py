"""The shop wants to see each return of this product."""

from orders.models import Product
from orders.returns.case import Case, Look


def rule(case: Case) -> Look | None:
    return "product" if case.product_rule == Product.ReturnRule.LOOK else None
