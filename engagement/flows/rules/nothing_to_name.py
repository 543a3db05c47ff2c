"""A mail that names things has none left to name."""

from engagement.flows.case import Case
from engagement.flows.outsiders import OUTSIDE
from engagement.flows.planning.review import nothing_left
from engagement.messages.models import Reason
from engagement.messages.rules import Skip


def nothing_to_name(case: Case) -> Skip | None:
    """Products that were asked about elsewhere meanwhile, reviewed, or taken out of the shop; papers
    that were taken back; a guide or a tip that is gone; goods that they bought."""
    facts, named = case.message.facts, case.named
    if case.order is not None and "products" in facts and not case.products:
        return Skip(*nothing_left(is_recurring=case.order.is_recurring))
    if "claim" in facts and (
        case.claim is None or (case.message.flow in OUTSIDE and not case.email)
    ):
        return Skip(Reason.OVERTAKEN, "The claim has moved on.")
    if "guarantee" in facts and not _ends_as_told(case):
        return Skip(Reason.OVERTAKEN, "The guarantee ends on another day, or is over.")
    for fact, found, why in (
        ("documents", named.documents, "The papers were taken back."),
        ("guides", named.guide, "There is no guide any more."),
        ("tips", named.tip, "There is no such tip any more."),
        ("offers", named.goods, "Nothing is left to show that they do not have."),
    ):
        if fact in facts and not found:
            return Skip(Reason.OVERTAKEN, why)
    return None


def _ends_as_told(case: Case) -> bool:
    row = case.guarantee
    if row is None or row.ended_at is not None or row.until is None:
        return False
    return row.until.isoformat() == case.message.facts["guarantee"]["until"]
