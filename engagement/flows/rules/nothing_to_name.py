"""A mail that names products has none left to name."""

from engagement.flows.case import Case
from engagement.flows.planning.review import nothing_left
from engagement.messages.rules import Skip


def nothing_to_name(case: Case) -> Skip | None:
    """They were asked about elsewhere meanwhile, reviewed, or taken out of the shop."""
    if case.order is None or "products" not in case.message.facts or case.products:
        return None
    return Skip(*nothing_left(is_recurring=case.order.is_recurring))
