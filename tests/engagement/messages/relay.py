"""A provider that several connections are open to, for tests."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Relay:
    """A provider that keeps each mail until `needs` of them are with it, like one that is far away."""

    needs: int = 1
    most_connections: int = 100
    opened: int = 0
    accepted: list[str] = field(default_factory=list)
    refuses: dict[int, Exception] = field(default_factory=dict)
    together: threading.Condition = field(default_factory=threading.Condition)
    while_inside: Callable[[int], object] | None = None
    """Called with the message's id while it is handed over."""
    inside: int = 0
    most_inside: int = 0


RELAY = Relay()


class Backend:
    """One connection to `RELAY`."""

    def __init__(self, **_: object) -> None:
        pass

    def open(self) -> None:
        if RELAY.opened >= RELAY.most_connections:
            raise ConnectionRefusedError
        RELAY.opened += 1

    def close(self) -> None:
        RELAY.opened -= 1

    def send_messages(self, emails: list) -> int:
        (email,) = emails
        if RELAY.while_inside is not None:
            RELAY.while_inside(email.afterglow.message_id)
        with RELAY.together:
            RELAY.inside += 1
            RELAY.most_inside = max(RELAY.most_inside, RELAY.inside)
            RELAY.together.notify_all()
            RELAY.together.wait_for(lambda: RELAY.most_inside >= RELAY.needs, timeout=10)
            RELAY.inside -= 1
            if refused := RELAY.refuses.pop(email.afterglow.message_id, None):
                raise refused
            RELAY.accepted.append(email.extra_headers["Message-ID"])
        return 1
