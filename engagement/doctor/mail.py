"""Where mail goes."""

from datetime import datetime

from django.conf import settings

from engagement.doctor.finding import Finding

LOCAL = "engagement.messages.localbox.backend.EmailBackend"


def examine(*, now: datetime) -> list[Finding]:
    """Whether mails leave this machine at all."""
    if settings.EMAIL_BACKEND == LOCAL:
        mark = "fail" if settings.PRODUCTION else "warn"
        return [
            Finding(
                mark,  # type: ignore[arg-type]
                "mail",
                "Mails go into the local mailbox and reach nobody.",
                "Set EMAIL_URL for SMTP, or EMAIL_BACKEND and ANYMAIL_… for a provider.",
            )
        ]
    return [Finding("ok", "mail", f"Sent through {settings.EMAIL_BACKEND}.")]
