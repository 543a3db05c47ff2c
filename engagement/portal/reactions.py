"""What the portal does when something happened."""

from datetime import datetime

from core.events.event import Event
from core.events.wiring import reaction
from engagement.portal.operations.find_asker import find_asker


@reaction(needs=["login_request_id"])
def answer_asker(*, event: Event, now: datetime) -> None:
    """See who asked to be let in, and have the link mailed to them."""
    find_asker(login_request_id=event.payload["login_request_id"], origin=event.origin, now=now)
