"""SMTP over one connection: tells how far a failed hand-over had come, and wastes no round trips.

A connection that breaks before the body was begun has surely delivered nothing; one that breaks
afterwards may have. Django's backend does not say which it was. Where the server takes pipelining
(RFC 2920) the envelope and DATA go in one group, which halves a mail's round trips; the next mail's
envelope never rides behind a body, so that a crash leaves one mail in doubt, not two.
"""

import smtplib
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend as DjangoBackend

from engagement.messages.delivery.dkim import Signer
from engagement.messages.delivery.mime import bare_address, is_ours, written

ACCEPTED = (250, 251)
GO_AHEAD = 354


def _stuffed(body: bytes) -> bytes:
    """Lines that begin with a dot begin with two (RFC 5321, 4.5.2)."""
    # A regular expression for line starts takes ten times as long, as much as all the rest of MIME.
    return (b"." if body.startswith(b".") else b"") + body.replace(b"\r\n.", b"\r\n..")


class _Staged:
    """Mixed into `smtplib`'s clients."""

    body_begun = False

    def mail(self, *args: Any, **kwargs: Any) -> Any:
        self.body_begun = False
        return super().mail(*args, **kwargs)  # type: ignore[misc]

    def data(self, msg: Any) -> Any:
        self.body_begun = True
        return super().data(msg)  # type: ignore[misc]

    def hand_over(self: Any, *, sender: str, receiver: str, body: bytes) -> None:
        """One mail to one receiver; `body` ends its lines with CRLF. Raises as `sendmail` does."""
        options = ["BODY=8BITMIME"] if self.has_extn("8bitmime") and not body.isascii() else []
        if not self.has_extn("pipelining"):
            self.sendmail(sender, [receiver], body, mail_options=options)
            return
        self.body_begun = False
        if self.has_extn("size"):
            options.append(f"SIZE={len(body)}")
        envelope = " ".join([f"MAIL FROM:{smtplib.quoteaddr(sender)}", *options])
        self.send(f"{envelope}\r\nRCPT TO:{smtplib.quoteaddr(receiver)}\r\nDATA\r\n")
        mail, rcpt, data = self.getreply(), self.getreply(), self.getreply()
        taken = mail[0] in ACCEPTED and rcpt[0] in ACCEPTED
        if data[0] == GO_AHEAD:  # a lone dot takes DATA back, where nobody is left to receive it
            self.body_begun = taken
            self.send(_stuffed(body) + b".\r\n" if taken else b".\r\n")
            data = self.getreply()
        if mail[0] not in ACCEPTED:
            raise smtplib.SMTPSenderRefused(mail[0], mail[1], sender)
        if rcpt[0] not in ACCEPTED:
            raise smtplib.SMTPRecipientsRefused({receiver: rcpt})
        if data[0] != ACCEPTED[0]:
            raise smtplib.SMTPDataError(*data)


class StagedSMTP(_Staged, smtplib.SMTP):
    """SMTP that knows whether the body was begun."""


class StagedSMTPSSL(_Staged, smtplib.SMTP_SSL):
    """The same over implicit TLS."""


class EmailBackend(DjangoBackend):
    """One connection for a batch; `body_begun` tells how far the last mail came.

    With a `signer` every mail is signed, and written in ASCII: a relay that must rewrite eight-bit
    parts for the next server would break the signature.
    """

    def __init__(self, *args: Any, signer: Signer | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.signer = signer

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return StagedSMTPSSL if self.use_ssl else StagedSMTP

    @property
    def body_begun(self) -> bool:
        """Whether the last mail's body was begun; false without a connection."""
        return bool(getattr(self.connection, "body_begun", False))

    def _send(self, email_message: EmailMessage) -> bool:
        connection: Any = self.connection
        if not is_ours(email_message) and self.signer is None:
            return bool(super()._send(email_message))  # type: ignore[misc]
        connection.ehlo_or_helo_if_needed()
        sender = bare_address(email_message.from_email)
        if not is_ours(email_message):
            body = email_message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
            connection.sendmail(
                sender,
                [bare_address(one) for one in email_message.recipients()],
                self._signed(body),
            )
            return True
        eight_bit = self.signer is None and connection.has_extn("8bitmime")
        connection.hand_over(
            sender=sender,
            receiver=bare_address(email_message.to[0]),
            body=self._signed(written(email_message, eight_bit=eight_bit)),
        )
        return True

    def _signed(self, body: bytes) -> bytes:
        return body if self.signer is None else self.signer.signed(body)
