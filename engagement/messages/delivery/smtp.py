"""Django's SMTP backend, which also tells how far a failed hand-over had come.

A connection that breaks before the body was begun has surely delivered nothing; one that breaks
afterwards may have. Django's backend does not say which it was.
"""

import smtplib
from typing import Any

from django.core.mail.backends.smtp import EmailBackend as DjangoBackend


class _Staged:
    """Mixed into `smtplib`'s clients: notes when the body of the current mail was begun."""

    body_begun = False

    def mail(self, *args: Any, **kwargs: Any) -> Any:
        self.body_begun = False
        return super().mail(*args, **kwargs)  # type: ignore[misc]

    def data(self, msg: Any) -> Any:
        self.body_begun = True
        return super().data(msg)  # type: ignore[misc]


class StagedSMTP(_Staged, smtplib.SMTP):
    """SMTP that knows whether the body was begun."""


class StagedSMTPSSL(_Staged, smtplib.SMTP_SSL):
    """The same over implicit TLS."""


class EmailBackend(DjangoBackend):
    """One connection for a batch; `body_begun` tells how far the last mail came."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return StagedSMTPSSL if self.use_ssl else StagedSMTP

    @property
    def body_begun(self) -> bool:
        """Whether the last mail's body was begun; false without a connection."""
        return bool(getattr(self.connection, "body_begun", False))
