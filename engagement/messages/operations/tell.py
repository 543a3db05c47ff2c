"""Record the engine's own news of a message."""

from datetime import datetime
from typing import Any

from core.events.models import EventRow
from core.events.spine import record
from core.events.wiring import News
from engagement.messages.models import Message
from engagement.preferences.addresses import address_hash


def who(message: Message, *, sent_to: str = "") -> dict[str, Any]:
    """What news about a message's receiver carries. The address only as its keyed hash."""
    address = sent_to or message.sent_to
    return {
        "message_id": message.pk,
        "customer_id": message.customer_id,
        "address_hash": address_hash(address) if address else "",
    }


def tell(
    *,
    news: News,
    message: Message,
    now: datetime,
    key: str = "",
    happened_at: datetime | None = None,
) -> EventRow | None:
    """Record `news` about `message` once; `key` where it may happen to it more than once.

    Inside the transaction of the change and the store's scope. `now` is the store's time.
    """
    return record(
        news=news,
        store_id=message.store_id,
        subject=f"message:{message.pk}",
        key=key or str(message.pk),
        occurred_at=happened_at or now,
        origin="live",
        now=now,
    )
