"""What messages do when something happened elsewhere."""

from datetime import datetime

from django.db.models import Q

from core.events.event import Event
from core.events.wiring import reaction
from engagement.messages.models import Message
from engagement.messages.models.message import Reason
from engagement.messages.operations.end_messages import end_messages


@reaction(needs=["customer_id"])
def end_marketing(*, event: Event, now: datetime) -> None:
    """End the planned marketing of somebody who left. MARK would refuse it anyway; this shows it."""
    end_messages(
        store_id=event.store_id,
        where=Q(
            customer_id=event.payload["customer_id"],
            message_class=Message.Class.MARKETING,
        ),
        reason=Reason.UNSUBSCRIBED,
        now=now,
    )
