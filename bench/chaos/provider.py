"""A mail provider with a memory of its own, by SMTP and by Postmark's API, that misbehaves as told.

What it took stands in its ledger, whatever became of the connection afterwards. `Manners` say how it
treats the next mails; each shop has a listener of its own, so that one's trouble is not another's.
"""

import json
import re
import socketserver
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

STEP = re.compile(r"([a-z0-9_]+):([a-z0-9_]+):")
OUR_ID = re.compile(r"<([0-9a-f]{32})\.(\d+)@")


@dataclass(frozen=True, slots=True)
class Taken:
    """One mail the provider took. `key` is our id in its Message-ID, `began` when it was announced."""

    key: str
    to: str
    flow: str
    step: str
    message_id: str
    began: float
    at: float
    leave: str  # the address to unsubscribe at, of marketing


@dataclass
class Manners:
    """How the provider behaves. `script` is used up mail by mail; then `always` holds.

    An entry is (stage, action): stage ``connect``, ``auth``, ``mail``, ``rcpt``, ``data`` or ``dot``
    (for the API only ``dot``); action a reply like ``451 4.3.0 later``, ``cut`` (hang up, nothing
    kept), ``keep and cut`` (taken, but never said), or ``sleep 2``. API replies are HTTP statuses;
    ``429 7`` adds Retry-After, ``garbage`` answers no JSON.
    """

    script: deque[tuple[str, str]] = field(default_factory=deque)
    always: tuple[str, str] | None = None
    refused: int = 0
    asked_to_wait_at: float = 0.0  # when it last said 429
    tries: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def at(self, stage: str) -> str:
        """What to do at `stage`; empty for the ordinary."""
        with self._lock:
            if self.script and self.script[0][0] == stage:
                return self.script.popleft()[1]
            if self.always and self.always[0] == stage:
                return self.always[1]
        return ""

    def then(self, *entries: tuple[str, str]) -> None:
        """Append to the script."""
        with self._lock:
            self.script.extend(entries)


class Provider:
    """The ledger and the listeners. `smtp()` and `api()` each open one more listener."""

    def __init__(self) -> None:
        self.ledger: list[Taken] = []
        self._lock = threading.Lock()
        self._servers: list[socketserver.BaseServer] = []

    def smtp(self) -> tuple[int, Manners]:
        """(port, manners) of a new SMTP listener."""
        manners = Manners()
        server = _SmtpServer(("127.0.0.1", 0), _SmtpLine)
        server.provider, server.manners = self, manners
        return self._serve(server), manners

    def api(self) -> tuple[int, Manners]:
        """(port, manners) of a new listener for Postmark's API."""
        manners = Manners()
        server = _ApiServer(("127.0.0.1", 0), _ApiCall)
        server.provider, server.manners = self, manners
        return self._serve(server), manners

    def _serve(self, server: Any) -> int:
        self._servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return int(server.server_address[1])

    def close(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def keep(self, *, headers: Message | dict[str, str], to: str, began: float) -> None:
        """Take the mail: from now on it is on its way to the customer."""
        told = str(headers.get("Message-ID", ""))
        ours = OUR_ID.search(told)
        step = STEP.match(str(headers.get("Feedback-ID", "")).replace("\n", ""))
        taken = Taken(
            key=ours.group(1) if ours else told,
            to=to,
            flow=step.group(2) if step else "",
            step=step.group(1) if step else "",
            message_id=told,
            began=began,
            at=time.time(),
            leave=str(headers.get("List-Unsubscribe", "")).strip("<> \r\n\t"),
        )
        with self._lock:
            self.ledger.append(taken)

    def forget(self) -> None:
        """An empty ledger, for an installation that begins anew."""
        with self._lock:
            self.ledger.clear()

    def taken(self, *, domain: str) -> list[Taken]:
        """What was taken for customers of `domain` (each shop's customers have one of their own)."""
        with self._lock:
            return [one for one in self.ledger if one.to.endswith(f"@{domain}")]


# --- SMTP ---------------------------------------------------------------------------------------------


class _SmtpServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 50
    provider: Provider
    manners: Manners

    def handle_error(self, *_: Any) -> None:
        """A client that was killed is no news."""


class _SmtpLine(socketserver.StreamRequestHandler):
    server: _SmtpServer

    def handle(self) -> None:
        if not self._goes_on("connect", "220 fake ready"):
            return
        to, began = "", 0.0
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if verb in {b"EHLO", b"HELO"}:
                self._say("250-fake\r\n250-AUTH PLAIN\r\n250 SIZE 10000000")
            elif verb == b"AUTH":
                if not self._goes_on("auth", "235 2.7.0 welcome"):
                    return
            elif verb == b"MAIL":
                began = time.time()
                self.server.manners.tries.append(began)
                if not self._goes_on("mail", "250 2.1.0 ok"):
                    return
            elif verb == b"RCPT":
                found = re.search(rb"<([^>]*)>", line)
                to = found.group(1).decode() if found else ""
                if not self._goes_on("rcpt", "250 2.1.5 ok"):
                    return
            elif verb == b"DATA":
                if not self._goes_on("data", "354 go on"):
                    return
                if self.last.startswith("354") and not self._take(to, began):
                    return
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 2.0.0 ok")

    def _take(self, to: str, began: float) -> bool:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False  # the sender died within the body: nothing was taken
            lines.append(line[1:] if line.startswith(b"..") else line)
        action = self.server.manners.at("dot")
        if action.startswith("sleep"):
            time.sleep(float(action.split()[1]))
            action = ""
        kept = not action or action == "keep and cut"
        if kept:
            headers = message_from_bytes(b"".join(lines))
            self.server.provider.keep(headers=headers, to=to, began=began)
        else:
            self.server.manners.refused += 1
        if "cut" in action:
            return False
        self._say(action or "250 2.0.0 taken")
        return True

    def _goes_on(self, stage: str, usual: str) -> bool:
        """Answer at `stage` as the manners say; false after hanging up."""
        action = self.server.manners.at(stage)
        if action.startswith("sleep"):
            time.sleep(float(action.split()[1]))
            action = ""
        if action == "cut":
            return False
        self.server.manners.refused += bool(action)
        self._say(action or usual)
        return not action.startswith("421")

    def _say(self, words: str) -> None:
        self.last = words
        self.wfile.write(words.encode() + b"\r\n")


# --- Postmark's API -------------------------------------------------------------------------------------


class _ApiServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 50
    provider: Provider
    manners: Manners

    def handle_error(self, *_: Any) -> None:
        """A client that was killed is no news."""


class _ApiCall(BaseHTTPRequestHandler):
    server: _ApiServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        began = time.time()
        self.server.manners.tries.append(began)
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        mails = told if isinstance(told, list) else [told]
        answers = []
        for mail in mails:
            action = self.server.manners.at("dot")
            if action.startswith("sleep"):
                time.sleep(float(action.split()[1]))
                action = ""
            if not action or action == "keep and cut":
                self._keep(mail, began=began)
            else:
                self.server.manners.refused += 1
            if "cut" in action:
                self.close_connection = True
                return
            if action == "garbage":
                self._answer(200, b"<html>it works</html>")
                return
            if action and not (action.startswith("422") and len(mails) > 1):
                self._refuse(action)
                return
            answers.append(_postmark(mail, refused=bool(action)))
        self._answer(200, json.dumps(answers if isinstance(told, list) else answers[0]).encode())

    def _keep(self, mail: dict[str, Any], *, began: float) -> None:
        headers = {item["Name"]: item["Value"] for item in mail.get("Headers", ())}
        found = re.search(r"<([^>]+)>", mail["To"])
        to = found.group(1) if found else mail["To"]
        self.server.provider.keep(headers=headers, to=to, began=began)

    def _refuse(self, action: str) -> None:
        status, _, wait = action.partition(" ")
        if wait:
            self.server.manners.asked_to_wait_at = time.time()
        body = json.dumps({"ErrorCode": 406 if status == "422" else 100, "Message": "No."}).encode()
        self._answer(int(status), body, **({"Retry-After": wait} if wait else {}))

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


def _postmark(mail: dict[str, Any], *, refused: bool) -> dict[str, Any]:
    if refused:
        return {"ErrorCode": 406, "Message": "Inactive recipient"}
    ours = next((h["Value"] for h in mail.get("Headers", ()) if h["Name"] == "Message-ID"), "")
    found = OUR_ID.search(ours)
    return {
        "ErrorCode": 0,
        "Message": "OK",
        "To": mail["To"],
        "MessageID": f"pm-{found.group(1)[:20] if found else 'x'}",
        "SubmittedAt": "2026-01-01T00:00:00Z",
    }
