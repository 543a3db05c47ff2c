"""What the pages say of returns, in words that a customer would use."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

WHY_NOT: dict[str, Promise] = {
    "canceled": _("This order is canceled."),
    "not_goods": _("Nothing to send back: it came as a file or a service."),
    "not_sent": _("It has not left us yet. You can still cancel it."),
    "nothing_left": _("It is on its way back already, or its money was given back."),
    "final_sale": _("It was sold for good, and does not come back."),
    "exempt": _("For reasons of hygiene or safety it does not come back."),
    "too_late": _("The time for sending it back is over."),
    "not_here": _("The right of withdrawal does not apply where you live."),
}
WHO_LOOKS: dict[str, Promise] = {
    "unpaid": _("it is not paid yet"),
    "delivery_unknown": _("we do not know yet when it arrived"),
    "product": _("we look at each return of this product"),
    "abroad": _("it comes from another country"),
    "many_returns": _("there were several returns before"),
    "value": _("it is worth a lot"),
    "by_hand": _("we look at every return"),
    "reason": _("of what you told us"),
}
MISSING: dict[str, Promise] = {
    "nothing_wanted": _("Choose at least one thing to send back."),
    "quantity": _("Choose how many of it you send back."),
    "reason_needed": _("Say why, so that we can put it right."),
    "outcome": _("Choose what you would like to have for it."),
    "variant_needed": _("Choose what you would like instead."),
    "way": _("Choose how you send it."),
    "photo_needed": _("Add a photo, please: it spares you our questions."),
    "not_a_picture": _("This file is no picture that we can read. JPEG, PNG and WebP work."),
    "too_big": _("This picture is too large. Up to 15 MB work."),
    "too_many_pixels": _("This picture is too large. Up to 15 MB work."),
    "too_many": _("Up to five pictures, please."),
}
OUTCOMES: dict[str, Promise] = {
    "exchange": pgettext_lazy("return", "Exchange"),
    "credit": pgettext_lazy("return", "Store credit"),
    "refund": pgettext_lazy("return", "Money back"),
}
WAYS: dict[str, tuple[Promise, Promise]] = {
    "drop_off": (
        _("Drop it off, without a printer"),
        _("Show the code on your telephone where you hand it in."),
    ),
    "label": (
        _("With a label to print"),
        _("You get it as a PDF: stick it on the parcel, and put the slip inside."),
    ),
    "own_parcel": (
        _("In a parcel of your own"),
        _("Choose any carrier, and write the number of the return on the parcel."),
    ),
}
STATES: dict[str, Promise] = {
    "requested": _("We are looking at it"),
    "approved": _("You can send it back"),
    "sent": pgettext_lazy("return", "On its way to us"),
    "received": _("It has arrived here"),
    "done": pgettext_lazy("return", "Done"),
    "refused": pgettext_lazy("return", "Not accepted"),
    "canceled": pgettext_lazy("return", "Called off"),
}
STATIONS: dict[str, Promise] = {
    "requested": pgettext_lazy("return", "Asked for"),
    "approved": pgettext_lazy("return", "Approved"),
    "sent": pgettext_lazy("return", "Sent"),
    "received": pgettext_lazy("return", "Arrived here"),
    "done": pgettext_lazy("return", "Done"),
    "refused": pgettext_lazy("return", "Not accepted"),
    "canceled": pgettext_lazy("return", "Called off"),
}
