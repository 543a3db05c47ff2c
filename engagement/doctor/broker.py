"""The broker, where there is one. It carries hints only, so its absence slows and never loses."""

from datetime import datetime

from django.conf import settings
from kombu.connection import Connection

from engagement.doctor.finding import Finding


def examine(*, now: datetime) -> list[Finding]:
    """Reach the broker once."""
    if not settings.REDIS_URL:
        return [Finding("ok", "broker", "None: the engine runs inside `runall`.")]
    try:
        with Connection(  # type: ignore[no-untyped-call]
            settings.REDIS_URL, transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS
        ) as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except Exception as error:
        return [
            Finding(
                "fail",
                "broker",
                f"Cannot be reached ({type(error).__name__}).",
                "Start Redis or mend REDIS_URL. Nothing is lost meanwhile: the work waits in the "
                "database, but without ticks nothing is sent.",
            )
        ]
    return [Finding("ok", "broker", "Reachable.")]
