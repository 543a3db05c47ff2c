"""An e-mail backend that keeps mails in the database instead of sending them."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import parseaddr

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage

from core.clock import real_now
from core.stores.scope import every_store
from engagement.messages.models import LocalMail


class EmailBackend(BaseEmailBackend):
    """Writes a `LocalMail` per message and recipient, with the exact MIME that would have left.

    A mail of the engine carries where it comes from (`delivery.compose.Origin`) and is filed under
    its store and message, at the store's time; any other mail is filed without a store.
    """

    keeps_all_or_none = True
    """One INSERT for however many mails: the engine may hand over a whole batch."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        rows = [
            row
            for email in email_messages
            for row in _as_received(email, origin=getattr(email, "afterglow", None))
        ]
        with every_store():
            LocalMail.objects.bulk_create(rows)
        return sum(1 for email in email_messages if email.recipients())


def _as_received(email: EmailMessage, *, origin: object) -> list[LocalMail]:
    mime = email.message()
    raw = mime.as_bytes(linesep="\r\n")  # type: ignore[call-arg]
    received_at: datetime = getattr(origin, "store_now", None) or real_now()
    return [
        LocalMail(
            store_id=getattr(origin, "store_id", None),
            message_id=getattr(origin, "message_id", None),
            header_id=str(mime["Message-ID"] or "")[:250],
            recipient=parseaddr(recipient)[1][:320] or recipient[:320],
            sender=email.from_email[:320],
            subject=str(email.subject)[:998],
            mime=raw,
            received_at=received_at,
        )
        for recipient in email.recipients()
    ]
