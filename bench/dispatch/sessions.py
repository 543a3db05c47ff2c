"""CPU of a worker's database sessions: its own, and those that its connections mark in."""

from typing import Any

from django.db import connection

from bench.dispatch.costs import ticks
from engagement.messages.operations.hand_over import HandOver


class Sessions:
    """Add up what they use, from now on; a batch closes those of its connections at its end."""

    def __init__(self) -> None:
        self._closed = 0.0
        close = HandOver.close

        def counted(hand_over: HandOver) -> None:
            self._closed += sum(_used(session) for session in hand_over._sessions)
            close(hand_over)

        HandOver.close = counted  # type: ignore[method-assign]
        self._before = _used(connection)

    def used(self) -> float:
        """Seconds."""
        return _used(connection) - self._before + self._closed


def _used(session: Any) -> float:
    if session.vendor != "postgresql":
        return 0.0
    session.ensure_connection()
    return ticks(session.connection.get_backend_pid())
