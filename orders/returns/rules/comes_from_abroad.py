"""From another country: the way back is dear, and customs may have a word."""

from orders.returns.case import Case, Look


def rule(case: Case) -> Look | None:
    there = str((case.order.shipping_address or {}).get("country") or "")
    is_abroad = there not in ("", case.home_country) and case.home_country != ""
    return "abroad" if case.policy.looks_abroad and is_abroad else None
