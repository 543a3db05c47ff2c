"""Is anything ticking?"""

from datetime import datetime, timedelta

from engagement.doctor.finding import Finding
from engagement.messages.models import Tick

SILENT = timedelta(minutes=2)


def examine(*, now: datetime) -> list[Finding]:
    """When the dispatcher last took a slot."""
    last = (
        Tick.objects.filter(name="dispatch")
        .order_by("-slot")
        .values_list("taken_at", flat=True)
        .first()
    )
    if last and now - last <= SILENT:
        return [Finding("ok", "engine", f"Last tick {(now - last).total_seconds():.0f} s ago.")]
    return [
        Finding(
            "fail",
            "engine",
            f"No tick since {last:%Y-%m-%d %H:%M} UTC." if last else "It has never ticked.",
            "Start `manage.py runall`, or with a broker a worker and beat.",
        )
    ]
