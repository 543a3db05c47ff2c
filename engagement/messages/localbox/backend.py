"""An e-mail backend that keeps mails in the database instead of sending them."""

from collections.abc import Sequence

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage


class EmailBackend(BaseEmailBackend):
    """Writes a `LocalMail` per message and recipient."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise NotImplementedError
