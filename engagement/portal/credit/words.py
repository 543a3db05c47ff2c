"""What the page says of the movements of credit, in words that a customer would use."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from core.ledger.models import Movement

Kind = Movement.Kind

KINDS: dict[str, Promise] = {
    Kind.EARN: pgettext_lazy("credit", "Given to you"),
    Kind.RELEASE: pgettext_lazy("credit", "Ready to use"),
    Kind.SPEND: pgettext_lazy("credit", "Used"),
    Kind.HOLD: pgettext_lazy("credit", "Set aside"),
    Kind.CAPTURE: pgettext_lazy("credit", "Used"),
    Kind.VOID: pgettext_lazy("credit", "No longer set aside"),
    Kind.EXPIRE: pgettext_lazy("credit", "Expired"),
    Kind.TAKE_BACK: pgettext_lazy("credit", "Taken back"),
    Kind.GIVE_BACK: pgettext_lazy("credit", "Given back"),
    Kind.CARRY: pgettext_lazy("credit", "From another account of yours"),
}
LESS = {Kind.SPEND, Kind.HOLD, Kind.EXPIRE, Kind.TAKE_BACK}
MORE = {Kind.EARN, Kind.VOID, Kind.GIVE_BACK}
