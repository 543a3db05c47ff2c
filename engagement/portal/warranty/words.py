"""What the pages say of guarantees and claims."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.models import Claim, ClaimStep

Status, Kind = Claim.Status, ClaimStep.Kind

STATES: dict[str, Promise] = {
    Status.WAITING: _("We are looking at it."),
    Status.ACCEPTED: _("Accepted. It is being put right."),
    Status.DONE: _("Settled."),
    Status.REFUSED: _("We could not accept it."),
    Status.WITHDRAWN: _("You took it back."),
}
OUTCOMES: dict[str, Promise] = {
    Claim.Outcome.REPAIRED: _("Repaired"),
    Claim.Outcome.REPLACED: _("Replaced"),
    Claim.Outcome.REFUNDED: _("Money back"),
}
STEPS: dict[str, Promise] = {
    Kind.OPENED: _("You told us"),
    Kind.HANDED: _("Handed to who mends it"),
    Kind.ACCEPTED: pgettext_lazy("claim", "Accepted"),
    Kind.REFUSED: pgettext_lazy("claim", "Not accepted"),
    Kind.DONE: pgettext_lazy("claim", "Settled"),
    Kind.WITHDRAWN: pgettext_lazy("claim", "Taken back"),
}
"""Without `overdue`: that is between the shop and who should have answered."""
WHY_NOT: dict[str, Promise] = {
    "ended": _("This piece was given back, so there is nothing to claim."),
    "over": _("Its guarantee is over. Write to us all the same: there may be a way."),
    "unchecked": _("We have not looked at your registration yet. We do so within a few days."),
    "open": _("There is a claim about it already. It stands below."),
}
PICTURES: dict[str, Promise] = {
    "too_big": _("One of the pictures is larger than 15 MB. Please make it smaller."),
    "too_many_pixels": _("One of the pictures has too many pixels. Please make it smaller."),
    "not_a_picture": _(
        "One of the files is no picture that we can read. JPEG, PNG or WebP, please."
    ),
    "too_many": _("At most six pictures, please."),
}
