"""A command that was to pay something back has ended."""

from datetime import datetime

from orders.models import Order, Payback, PlatformCommand, PlatformConnection
from orders.operations.pay_back import payback_failed
from orders.operations.settle_return import payback_done

C = PlatformCommand.Status
# These have done it when they say so; a system of the shop's own has only been told.
DOES_IT = (PlatformConnection.Platform.SHOPIFY, PlatformConnection.Platform.WOOCOMMERCE)
UNCERTAIN = "It may have been done or not: look in your shop, then say so here. "


def follow_payback(*, command: PlatformCommand, order: Order, now: datetime) -> None:
    """Settle the payback of this command. Inside a transaction that has locked the order.

    A clear no frees what was counted. What was given up may have arrived: that is for a person to
    find out, and counts until then.
    """
    payback = Payback.objects.filter(command=command).select_related("asked").first()
    if payback is None or payback.status != Payback.Status.WAITING:
        return
    asked = payback.asked
    if command.status == C.DONE:
        if command.connection.platform in DOES_IT:
            payback_done(payback=payback, asked=asked, now=now)
    elif command.status == C.REFUSED:
        payback_failed(payback=payback, asked=asked, order=order, problem=command.error, now=now)
    else:
        payback.problem = asked.problem = (UNCERTAIN + command.error)[:500]
        payback.save(update_fields=["problem"])
        asked.save(update_fields=["problem"])
