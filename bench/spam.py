"""What SpamAssassin thinks of every mail, without asking the network: ``python -m bench.spam``.

Every mail × language × (full, minimal, hostile) goes through a `spamd -L` that this starts and stops.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

LIMIT = 2.0
_verdict = re.compile(rb"^Spam: \w+ ; (-?[\d.]+) / ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Spamd:
    """A daemon that answers at `port` of this machine."""

    port: int

    def judge(self, mime: bytes) -> tuple[float, str]:
        """Points of one mail, and the rules that gave them. Raises `OSError`, `ValueError`."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as line:
            line.sendall(b"SYMBOLS SPAMC/1.5\r\nContent-length: %d\r\n\r\n" % len(mime) + mime)
            line.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: line.recv(65536), b""))
        found = _verdict.search(answer)
        if found is None:
            raise ValueError(f"spamd said {answer[:200]!r}")
        return float(found[1]), answer.split(b"\r\n\r\n", 1)[-1].decode().strip()


def program() -> str | None:
    """Where spamd is, or None."""
    return shutil.which("spamd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@contextmanager
def spamd(*, children: int = 2) -> Iterator[Spamd]:
    """A spamd of our own, with the shipped rules only. Raises `RuntimeError` where none comes up."""
    path = program()
    if path is None:
        raise RuntimeError("Debian's spamd is not installed.")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with TemporaryDirectory(prefix="spamd-") as home:
        daemon = subprocess.Popen(
            [
                *(path, "--local", "--nouser-config", f"--max-children={children}"),
                *("--listen=127.0.0.1", f"--port={port}", "--syslog=null"),
                *(f"--helper-home-dir={home}", f"--pidfile={Path(home) / 'pid'}"),
                *(("--username=nobody", "--groupname=nogroup") if os.getuid() == 0 else ()),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _await(daemon, port)
            yield Spamd(port)
        finally:
            daemon.terminate()
            daemon.wait(timeout=20)


def _await(daemon: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and daemon.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("spamd does not come up.")


def main() -> int:
    """Judge them all; 1 where one reaches the limit."""
    import django  # noqa: PLC0415 (needs its settings first)

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "engagement.settings")
    django.setup()
    from bench.spam_mails import every_mail  # noqa: PLC0415 (needs Django)

    scores = []
    with spamd() as daemon:
        for name, mime in every_mail():
            points, rules = daemon.judge(mime)
            scores.append((points, name, rules))
    scores.sort(reverse=True)
    for points, name, rules in scores[:15]:
        print(f"{points:5.1f}  {name}  {rules}")
    over = sum(points >= LIMIT for points, _, _ in scores)
    print(f"{len(scores)} mails, highest {scores[0][0]:.1f}, {over} at or over {LIMIT}.")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
