"""Compare open wishes with what the shop now says of the order."""

from datetime import datetime

from django.db import transaction

from orders.models import ChangeRequest, Fulfillment, Order, PlatformCommand
from orders.operations.settle_change import change_is_done, change_is_refused
from orders.self_service.is_sent import is_sent

Kind = ChangeRequest.Kind
Because = ChangeRequest.Because
COMPARED = ("name", "company", "street", "street2", "city", "postcode", "country")
# Under way to the platform: its answer decides, not what we see here.
BEYOND_RECALL = (PlatformCommand.Status.HANDED, PlatformCommand.Status.DONE)


def match_changes(*, order_id: int, now: datetime) -> int:
    """Settle what the order's present state answers; how many. Inside the store's scope.

    Told twice or late, it changes nothing.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update().filter(pk=order_id).first()
        if order is None:
            return 0
        open_ones = list(
            ChangeRequest.objects.select_related("command").filter(
                order=order, status__in=ChangeRequest.OPEN
            )
        )
        if not open_ones:
            return 0
        sent = is_sent(order=order, parcels=Fulfillment.objects.filter(order=order))
        return sum(_matched(asked=asked, order=order, sent=sent, now=now) for asked in open_ones)


def _matched(*, asked: ChangeRequest, order: Order, sent: bool, now: datetime) -> bool:
    if asked.kind == Kind.CANCEL and not order.is_standing:
        change_is_done(asked=asked, now=now)
    elif not order.is_standing:
        change_is_refused(asked=asked, because=Because.CANCELED, now=now)
    elif asked.kind == Kind.EDIT_ADDRESS and _goes_there(order=order, asked=asked):
        change_is_done(asked=asked, now=now)
    elif sent and not _is_beyond_recall(asked):
        change_is_refused(asked=asked, because=Because.SENT, now=now)
    else:
        return False
    return True


def _goes_there(*, order: Order, asked: ChangeRequest) -> bool:
    """The same address, whatever the shop's system made of capitals and spaces."""
    wanted, now_is = asked.wanted.get("address") or {}, order.shipping_address or {}
    return all(
        "".join(str(wanted.get(name) or "").split()).casefold()
        == "".join(str(now_is.get(name) or "").split()).casefold()
        for name in COMPARED
    )


def _is_beyond_recall(asked: ChangeRequest) -> bool:
    return asked.command is not None and asked.command.status in BEYOND_RECALL
