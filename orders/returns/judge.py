"""May it come back? The rules in their order: the first no wins; else a person looks, or it is a yes."""

from orders.returns.case import Case, Look, LookRule, No, NoRule
from orders.returns.rules import (
    comes_from_abroad,
    delivery_unknown,
    has_grave_reason,
    has_nothing_left,
    is_by_hand,
    is_canceled,
    is_exempt,
    is_final_sale,
    is_looked_at,
    is_no_goods,
    is_not_sent,
    is_too_late,
    is_unpaid,
    is_worth_much,
    returns_often,
)

NO_RULES: tuple[NoRule, ...] = (
    is_canceled.rule,
    is_no_goods.rule,
    has_nothing_left.rule,
    is_not_sent.rule,
    is_exempt.rule,
    is_final_sale.rule,
    is_too_late.rule,
)
LOOK_RULES: tuple[LookRule, ...] = (
    is_unpaid.rule,
    delivery_unknown.rule,
    is_looked_at.rule,
    comes_from_abroad.rule,
    returns_often.rule,
    is_worth_much.rule,
    is_by_hand.rule,
    has_grave_reason.rule,
)


def why_not(case: Case) -> No | None:
    """Why it cannot come back; None where it may, or a person may say so."""
    return next((reason for rule in NO_RULES if (reason := rule(case))), None)


def why_look(case: Case) -> tuple[Look, ...]:
    """Every reason for which a person has to look at it; none where nobody has to."""
    return tuple(reason for rule in LOOK_RULES if (reason := rule(case)))
