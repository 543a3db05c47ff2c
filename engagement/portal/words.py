"""What the pages say of orders and parcels, in words that a customer would use."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from engagement.messages.rendering.formats import day as day_text
from engagement.portal.orders.answer import Answer
from orders.models import Fulfillment, OrderDocument

Status = Fulfillment.Status

STATIONS: dict[str, Promise] = {
    "ordered": gettext_lazy("Ordered"),
    "packing": gettext_lazy("Being packed"),
    "on_its_way": gettext_lazy("On its way"),
    "at_the_door": gettext_lazy("Almost there"),
    "arrived": gettext_lazy("Delivered"),
}
PARCELS: dict[str, Promise] = {
    Status.PREPARING: gettext_lazy("Being packed"),
    Status.SHIPPED: gettext_lazy("On its way"),
    Status.OUT_FOR_DELIVERY: gettext_lazy("Out for delivery today"),
    Status.READY_FOR_PICKUP: gettext_lazy("Ready for pick-up"),
    Status.DELIVERY_FAILED: gettext_lazy("Could not be delivered"),
    Status.RETURNING: gettext_lazy("About to go back to us"),
    Status.DELIVERED: gettext_lazy("Delivered"),
    Status.CANCELED: gettext_lazy("Canceled"),
}
NEWS: dict[str, Promise] = {
    **PARCELS,
    "in_transit": gettext_lazy("In transit"),
    "info": pgettext_lazy("carrier news", "News from the carrier"),
    "exception": gettext_lazy("Something held it up"),
    "unknown": pgettext_lazy("carrier news", "News from the carrier"),
}
DOCUMENTS: dict[str, Promise] = {
    OrderDocument.Kind.INVOICE: gettext_lazy("Invoice"),
    OrderDocument.Kind.MANUAL: gettext_lazy("Manual"),
    OrderDocument.Kind.WARRANTY: gettext_lazy("Warranty terms"),
    OrderDocument.Kind.OTHER: gettext_lazy("Document"),
}


def headline(answer: Answer, *, language: str, zone: ZoneInfo, now: datetime) -> str:
    """The answer in one line: “Arriving Monday, 23 November”."""
    if said := _plain(answer):
        return said
    today = now.astimezone(zone).date()
    if answer.day == today and answer.key in ("arriving", "promised"):
        return _("Arriving today")
    if answer.day == today + timedelta(days=1) and answer.key in ("arriving", "promised"):
        return _("Arriving tomorrow")
    return _with_day(answer, _written(answer.day, language))


def _plain(answer: Answer) -> str:
    """The headlines that name no day."""
    return {
        "deleted": _("This order no longer exists"),
        "immaterial": _("Your order is complete"),
        "delivery_failed": _("The carrier could not deliver your parcel"),
        "out_for_delivery": _("Arriving today"),
        "unpaid": _("We are waiting for your payment"),
        "ordered": _("We have your order"),
        "partly_on_its_way": _("Part of your order is on its way"),
    }.get(answer.key, "")


def _with_day(answer: Answer, day: str) -> str:
    said = {"day": day, "place": answer.place}
    sentences = {
        "canceled": _("Your order is canceled"),
        "delivered": _("Delivered: %(day)s") % said if day else _("Delivered"),
        "returning": _("Please collect your parcel by %(day)s") % said
        if day
        else _("Please collect your parcel: it is about to go back"),
        "ready_for_pickup": _("Ready for pick-up: %(place)s") % said
        if answer.place
        else _("Ready for pick-up"),
        "late": _("Running late. New estimate: %(day)s") % said
        if day
        else _("Running late, and we know"),
        "arriving": _("Arriving %(day)s") % said,
        "promised": _("Arriving by %(day)s") % said,
        "on_its_way": _("Your order is on its way"),
    }
    return sentences[answer.key]


def explanation(answer: Answer) -> str:
    """The second line, for the doubt that the first leaves; empty where it leaves none."""
    return {
        "late": _(
            "We are sorry. We watch this parcel and write to you as soon as there is news; you "
            "need not ask. If you cannot wait, tell us and we will find another way."
        ),
        "delivery_failed": _(
            "The carrier usually tries again on the next working day, or leaves the parcel at a "
            "pick-up point. The news below say what comes next."
        ),
        "returning": _(
            "If it goes back to us, we will write to you and agree with you what to do."
        ),
        "unpaid": _("As soon as it has arrived we start packing. Nothing else is needed."),
        "ordered": _("It went through. We write to you when it leaves."),
        "promised": _("It went through. We write to you when it leaves."),
        "partly_on_its_way": _("The rest follows in another parcel."),
    }.get(answer.key, "")


def _written(day: date | None, language: str) -> str:
    return day_text(day, zone="UTC", language=language) if day is not None else ""
