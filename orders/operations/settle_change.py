"""How a wish ends: done, refused by a person, or overtaken by what happened to the order."""

from datetime import datetime

from core.events.spine import record
from orders.events import OrderChangeDone, OrderChangeRefused
from orders.models import ChangeRequest, PlatformCommand

Status = ChangeRequest.Status
Kind = ChangeRequest.Kind
# A platform takes these at their word; whether an order was really canceled or goes elsewhere, its
# own news have to say.
DONE_WHEN_HANDED = (Kind.EDIT_CONTACT, Kind.EDIT_NOTE)


def change_is_done(*, asked: ChangeRequest, now: datetime) -> None:
    """It is so. Inside a transaction that has locked the order."""
    asked.status, asked.settled_at, asked.problem = Status.DONE, now, ""
    asked.save(update_fields=["status", "settled_at", "problem"])
    news = OrderChangeDone(
        order_id=asked.order_id,
        customer_id=asked.customer_id,
        change_request_id=asked.pk,
        kind=asked.kind,
    )
    _tell(asked, news, now)


def change_is_refused(
    *, asked: ChangeRequest, because: str = "", reason: str = "", by: str = "", now: datetime
) -> None:
    """It will not be. `reason` are a person's words, `because` one of `ChangeRequest.Because`.

    Inside a transaction that has locked the order.
    """
    asked.status, asked.settled_at = Status.REFUSED, now
    asked.because, asked.reason = because, reason.strip()[:500]
    if by:
        asked.decided_at, asked.decided_by = now, by[:160]
    asked.save()
    news = OrderChangeRefused(
        order_id=asked.order_id,
        customer_id=asked.customer_id,
        change_request_id=asked.pk,
        kind=asked.kind,
        because=asked.because,
        reason=asked.reason,
    )
    _tell(asked, news, now)


def follow_command(*, command: PlatformCommand, came_too_late: bool, now: datetime) -> None:
    """A command of a wish has ended. Inside a transaction that has locked the order.

    What the shop's system refused, or could not be handed over, goes back to a person with its words.
    """
    asked = ChangeRequest.objects.filter(command=command, status=Status.APPROVED).first()
    if asked is None:
        return
    if command.status == PlatformCommand.Status.DONE:
        if asked.kind in DONE_WHEN_HANDED:
            change_is_done(asked=asked, now=now)
    elif came_too_late:
        change_is_refused(asked=asked, because=ChangeRequest.Because.SENT, now=now)
    else:
        asked.status, asked.problem = Status.WAITING, command.error
        asked.save(update_fields=["status", "problem"])


def _tell(asked: ChangeRequest, news: OrderChangeDone | OrderChangeRefused, now: datetime) -> None:
    record(
        news=news,
        store_id=asked.store_id,
        subject=f"order:{asked.order_id}",
        key=f"{asked.order_id}:{asked.pk}",
        occurred_at=now,
        origin="live",
        now=now,
    )
