"""How long a worker may keep the work it claimed before somebody else takes it over."""

from datetime import timedelta

from django.conf import settings


def work_lease() -> timedelta:
    """The lease on notices and reactions: ``WORK_LEASE_SECONDS``, 30 in life (J10).

    With the sweep, every 5 s, it bounds how long work rests after its worker died: J1 allows 60 s.
    """
    return timedelta(seconds=settings.WORK_LEASE_SECONDS)
