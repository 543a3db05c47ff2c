"""A mail provider with a memory of its own: what it accepted stands in a file, synced to disk."""

import os
import random
import signal
import time
from collections.abc import Sequence

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage

from engagement.messages.delivery.compose import METADATA_KEY


class EmailBackend(BaseEmailBackend):
    """Accepts everything, slowly: a moment before the line is written, and a moment after."""

    stops_when_opened = False

    def open(self) -> bool:
        if self.stops_when_opened:
            os.kill(os.getpid(), signal.SIGSTOP)
        return True

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        slowness = float(os.environ.get("LEDGER_SLOWNESS", "0.01"))
        for email in email_messages:
            time.sleep(random.uniform(0, slowness))
            line = f"{email.metadata[METADATA_KEY]} {os.getpid()}\n"
            handle = os.open(os.environ["LEDGER"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            os.write(handle, line.encode())
            os.fsync(handle)
            os.close(handle)
            time.sleep(random.uniform(0, slowness))
        return len(email_messages)
