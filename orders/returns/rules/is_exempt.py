"""Goods that by their nature never come back: made to measure, perishable, hygiene."""

from orders.models import Product
from orders.returns.case import Case, No


def rule(case: Case) -> No | None:
    is_exempt = case.policy.is_exempt or case.product_rule == Product.ReturnRule.EXEMPT
    return "exempt" if is_exempt else None
