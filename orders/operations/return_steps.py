"""What every step of a return shares: the locks, the news, and what is said when it came too late."""

from datetime import datetime

from core.events.spine import record
from core.events.wiring import News
from orders.models import Order, Return, ReturnUnit


class TooLate(Exception):
    """It cannot be done like this any more; the message says why, for people."""


def locked(asked: Return) -> tuple[Order, Return]:
    """The order first, as whoever brings news of it does; then the return."""
    order = Order.objects.select_for_update(of=("self",)).get(pk=asked.order_id)
    row = Return.objects.select_for_update(of=("self",)).get(pk=asked.pk)
    row.order = order
    return order, row


def tell(asked: Return, news: News, *, key: str = "", now: datetime) -> None:
    """Record what happened to the return, once for the key; without one, once for the return."""
    record(
        news=news,
        store_id=asked.store_id,
        subject=f"order:{asked.order_id}",
        key=f"{asked.pk}:{key}" if key else str(asked.pk),
        occurred_at=now,
        origin="live",
        now=now,
    )


def give_free(asked: Return) -> None:
    """The pieces may come back in another return."""
    ReturnUnit.objects.filter(line__asked=asked).delete()
