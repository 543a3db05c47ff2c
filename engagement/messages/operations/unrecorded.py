"""What a provider took while the database could not be told: remembered, and recorded once it can be.

Without this a mail that left just before the database went away would be unclear, and order news that
is unclear leaves a second time. The memory is the process's: if that dies too, it is unclear indeed.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from core.stores.scope import store_scope
from core.trouble import trouble
from engagement.messages.operations.record import record

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """A RECORD that failed: its arguments, and the store in whose scope it belongs."""

    store_id: int
    accepted: Mapping[int, str]
    token: str
    now: datetime


_remembered: deque[Unrecorded] = deque()


def record_or_remember(
    *, store_id: int, accepted: Mapping[int, str], token: str, now: datetime
) -> None:
    """`record`, inside the store's scope. Where the database is in trouble what was accepted is
    remembered for `record_remembered`, and the error passed on."""
    try:
        record(accepted=accepted, token=token, now=now)
    except Exception as error:
        if trouble(error):
            _remembered.append(Unrecorded(store_id, dict(accepted), token, now))
            log.warning("accepted_not_recorded", mails=len(accepted))
        raise


def record_remembered() -> int:
    """Record what this process still remembers; how many mails are sent by that.

    Call before anything is sent, reaped or resolved. What somebody else has settled since stays as
    it is. Raises the database's error where it is still in trouble; nothing is forgotten by that.
    """
    recorded = 0
    while _remembered:
        one = _remembered.popleft()
        try:
            with store_scope(one.store_id):
                recorded += len(record(accepted=one.accepted, token=one.token, now=one.now))
        except Exception as error:
            if trouble(error):
                _remembered.appendleft(one)
            raise
    return recorded
