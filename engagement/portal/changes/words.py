"""What the pages say of canceling and changing, in words that a customer would use."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders.models import ChangeRequest

# The word in the address → kind of wish.
PATHS = {
    "cancel": "cancel",
    "address": "edit_address",
    "phone": "edit_contact",
    "note": "edit_note",
}
TITLES: dict[str, Promise] = {
    "cancel": _("Cancel the order"),
    "edit_address": _("Change the address"),
    "edit_contact": _("Change the phone number"),
    "edit_note": _("Leave a note for the delivery"),
}
GO: dict[str, Promise] = {
    "cancel": _("Cancel the order now"),
    "edit_address": _("Send it to this address"),
    "edit_contact": _("Use this number"),
    "edit_note": _("Pass the note on"),
}
ASK_TO_CANCEL = _("Ask us to cancel it")
LOOKED_AT = _("We look at it first and write to you either way.")
AT_ONCE: dict[str, Promise] = {
    "cancel": _("The order is canceled at once. What you have paid comes back to you."),
    "edit_address": _("The new address goes to our warehouse at once."),
    "edit_contact": _("The new number goes to our warehouse at once."),
    "edit_note": _("The note goes to our warehouse at once."),
}
# Why not, and what to do instead.
WHY_NOT: dict[str, tuple[Promise, Promise]] = {
    "canceled": (
        _("This order is canceled; nothing can be changed in it any more."),
        _("If you still want the goods, order them anew."),
    ),
    "sent": (
        _("The parcel is on its way already, so nothing can be changed in it any more."),
        _("Once it has arrived you can send the goods back. For anything else, write or call us."),
    ),
    "never": (
        _("This cannot be done online at our shop."),
        _("Write or call us; we will see what can be done."),
    ),
    "too_late": (
        _("The time for it is over: we have begun to pack."),
        _("Write or call us at once; with luck we still stop it."),
    ),
    "asked_already": (
        _("You have asked for this already, and we are on it."),
        _("We write to you as soon as it is settled."),
    ),
}
STATES: dict[str, Promise] = {
    ChangeRequest.Status.WAITING: _("We have your request and are looking at it."),
    ChangeRequest.Status.APPROVED: _("We are carrying it out."),
    ChangeRequest.Status.DONE: _("Done."),
    ChangeRequest.Status.REFUSED: _("It was not possible."),
}
BECAUSE: dict[str, Promise] = {
    ChangeRequest.Because.SENT: _("The parcel had left already."),
    ChangeRequest.Because.CANCELED: _("The order was canceled meanwhile."),
}
