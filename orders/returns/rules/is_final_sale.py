"""Sold for good. The legal right to withdraw is another thing, and stays."""

from orders.models import Product
from orders.returns.case import Case, No


def rule(case: Case) -> No | None:
    is_final = case.policy.is_final_sale or case.product_rule == Product.ReturnRule.FINAL
    return "final_sale" if is_final else None
