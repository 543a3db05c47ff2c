"""Newer news made the mail pointless."""

from engagement.flows.case import Case
from engagement.messages.models import Reason
from engagement.messages.rules import Skip
from orders.models import Fulfillment, Payback


def overtaken(case: Case) -> Skip | None:
    """The parcel is further on than the mail would say, or the news was taken back."""
    why = _about_the_parcel(case) or _about_the_order(case) or _about_the_return(case)
    return Skip(Reason.OVERTAKEN, why) if why else None


def _about_the_parcel(case: Case) -> str:
    if case.definition is None or case.definition.subject != "fulfillment":
        return ""
    if case.parcel is None:
        return "The parcel is not there any more."
    if _is_further(case.parcel, case.definition.overtaken_by):
        return f"The parcel is already: {case.parcel.get_status_display().lower()}."
    return ""


def _about_the_order(case: Case) -> str:
    if case.definition is None or case.order is None:
        return ""
    if "order.canceled" in case.definition.starts_on and case.order.is_standing:
        return "The order stands again."
    if case.refund is not None and case.refund.deleted_at is not None:
        return "The refund was taken back."
    if case.definition.subject != "order" or not case.definition.overtaken_by:
        return ""
    if case.order.delivered_at is not None and "delivered" in case.definition.overtaken_by:
        return "The order has arrived."
    living = [each for each in case.parcels if each.status != Fulfillment.Status.CANCELED]
    if living and all(_is_further(each, case.definition.overtaken_by) for each in living):
        return "The parcels are further on."
    if case.message.facts.get("cause") == "silent" and any(
        each.last_event_at is not None and each.last_event_at > case.message.anchor_at
        for each in living
    ):
        return "The carrier has spoken again."
    return ""


def _is_further(parcel: Fulfillment, statuses: tuple[str, ...]) -> bool:
    return parcel.status in statuses or (
        parcel.delivered_at is not None and Fulfillment.Status.DELIVERED in statuses
    )


def _about_the_return(case: Case) -> str:
    """Money that the shop told of itself was told already, by the mail of its refund."""
    told = case.message.facts.get("returned", {})
    if case.returned is None or case.message.flow != "return_refunded":
        return ""
    if any(
        one.kind == Payback.Kind.REFUND
        and one.refund_id is not None
        and one.amount_minor == told.get("amount_minor")
        for one in case.returned.paybacks.all()
    ):
        return "The mail of the refund has told it."
    return ""
