"""Which rule a claim falls under. Pure."""

from collections.abc import Iterable

from orders.models.warranty import ClaimRule


def fitting_rule(
    *,
    rules: Iterable[ClaimRule],
    product_id: int | None,
    category_id: int | None,
    country: str,
    months: int,
) -> ClaimRule | None:
    """The first rule by position that fits; None: the shop keeps the claim. A party that is no longer
    active takes nothing: its rules are passed by."""
    for rule in sorted(rules, key=lambda one: one.position):
        if rule.product_id is not None and rule.product_id != product_id:
            continue
        if rule.category_id is not None and rule.category_id != category_id:
            continue
        if rule.country and rule.country.upper() != country.upper():
            continue
        if months < rule.from_month:
            continue
        if rule.before_month is not None and months >= rule.before_month:
            continue
        if rule.party is not None and not rule.party.is_active:
            continue
        return rule
    return None
