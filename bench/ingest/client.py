"""A small client: kept-alive connections, one thread, no library between it and the sockets."""

import selectors
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

ANSWER_LIMIT = 65536


@dataclass
class Heard:
    """What came back."""

    seconds: list[float] = field(default_factory=list)
    errors: int = 0
    again: int = 0  # asked once more, because the server had just closed an idle connection
    first_error: str = ""
    lasted: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.lasted if self.lasted else 0.0

    def percentile(self, share: float) -> float:
        """Milliseconds below which `share` (0 to 1) of the answers came."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class _Line:
    """One connection with at most one request on its way."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.address = address
        self.socket = self._open()
        self.request = b""
        self.was_asked_again = False
        self.asked_at = 0.0
        self.heard = b""

    def _open(self) -> socket.socket:
        made = socket.create_connection(self.address, timeout=30)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def reopen(self) -> None:
        self.socket.close()
        self.socket = self._open()
        self.heard = b""

    def ask(self, request: bytes, *, at: float) -> None:
        self.request, self.asked_at = request, at
        self.heard = b""
        self.socket.sendall(request)

    def answer(self) -> str | None:
        """The status once the whole answer is here; ``closed`` when the server hung up."""
        try:
            piece = self.socket.recv(ANSWER_LIMIT)
        except ConnectionResetError:
            piece = b""
        if not piece:
            return "closed"
        self.heard += piece
        head, split, rest = self.heard.partition(b"\r\n\r\n")
        if not split:
            return None
        return head[9:12].decode() if _is_whole(head, rest) else None


def _is_whole(head: bytes, rest: bytes) -> bool:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(rest) >= int(line[15:])
        if line.startswith(b"transfer-encoding:"):
            return rest.endswith(b"0\r\n\r\n")
    return True


def closed_loop(
    *, port: int, connections: int, seconds: float, next_request: Callable[[], bytes]
) -> Heard:
    """As fast as the answers come, over so many connections."""
    heard = Heard()
    chooser = selectors.DefaultSelector()
    lines = [_Line(("127.0.0.1", port)) for _ in range(connections)]
    begun = time.perf_counter()
    ends = begun + seconds
    for line in lines:
        chooser.register(line.socket, selectors.EVENT_READ, line)
        line.ask(next_request(), at=time.perf_counter())
    asked = set(lines)
    while asked:
        for key, _ in chooser.select(timeout=30):
            line = key.data
            status = line.answer()
            if status is None:
                continue
            _note(heard, line, status)
            if time.perf_counter() < ends and status != "closed":
                line.ask(next_request(), at=time.perf_counter())
                continue
            asked.discard(line)
            chooser.unregister(line.socket)
            line.socket.close()
    heard.lasted = time.perf_counter() - begun
    return heard


def steady(*, port: int, rate: float, seconds: float, requests: Iterator[bytes]) -> Heard:
    """`rate` requests a second whatever the answers do; time counts from when each was meant to go."""
    heard = Heard()
    chooser = selectors.DefaultSelector()
    free: list[_Line] = []
    asked: set[_Line] = set()
    begun = time.perf_counter()
    total = int(rate * seconds)
    gone = 0
    while gone < total or asked:
        now = time.perf_counter()
        meant = begun + gone / rate
        if gone < total and now >= meant:
            line = free.pop() if free else _Line(("127.0.0.1", port))
            _send(line, next(requests), at=meant, heard=heard)
            chooser.register(line.socket, selectors.EVENT_READ, line)
            asked.add(line)
            gone += 1
            continue
        pause = max(0.0, meant - now) if gone < total else 30.0
        if not asked:
            time.sleep(pause)
            continue
        for key, _ in chooser.select(timeout=pause):
            line = key.data
            status = line.answer()
            if status is None:
                continue
            chooser.unregister(line.socket)
            if status == "closed" and not line.heard and not line.was_asked_again:
                line.reopen()
                line.ask(line.request, at=line.asked_at)
                line.was_asked_again = True
                heard.again += 1
                chooser.register(line.socket, selectors.EVENT_READ, line)
                continue
            _note(heard, line, status)
            line.was_asked_again = False
            asked.discard(line)
            if status == "closed":
                line.socket.close()
            else:
                free.append(line)
    heard.lasted = time.perf_counter() - begun
    return heard


def _send(line: _Line, request: bytes, *, at: float, heard: Heard) -> None:
    """Ask; a kept connection that the server has closed meanwhile is opened again first."""
    line.socket.setblocking(False)
    try:
        stale = line.socket.recv(1) == b""
    except BlockingIOError:
        stale = False
    except OSError:
        stale = True
    line.socket.settimeout(30)
    if stale:
        line.reopen()
    line.ask(request, at=at)


def _note(heard: Heard, line: _Line, status: str) -> None:
    if status == "200":
        heard.seconds.append(time.perf_counter() - line.asked_at)
        return
    heard.errors += 1
    heard.first_error = heard.first_error or f"{status}: {line.heard[-200:]!r}"
