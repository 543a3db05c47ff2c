"""Taking one attempt out of a limited number. Real time: a moved store clock lifts no limit."""

from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from core.limits.models import LimitWindow
from core.secrets import keyed_hash


def take(*, name: str, who: str, limit: int, window: timedelta, now: datetime) -> int:
    """Count one attempt of `who` at `name`; seconds to wait, or 0 when it is still within `limit`.

    Fixed windows that start at multiples of `window`. Counted before the attempt is looked at, so
    that parallel guesses cannot slip past the number.
    """
    key = keyed_hash(purpose=f"limit:{name}", value=who)
    seconds = int(window.total_seconds())
    start = datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=UTC)
    used = _count(key=key, start=start)
    if used <= limit:
        return 0
    return max(1, int((start + window - now).total_seconds()) + 1)


def _count(*, key: str, start: datetime) -> int:
    row = LimitWindow.objects.filter(key=key, starts_at=start)
    for _ in range(2):
        with transaction.atomic():
            if row.update(used=F("used") + 1):
                return row.values_list("used", flat=True)[0]
        try:
            with transaction.atomic():
                LimitWindow.objects.create(key=key, starts_at=start, used=1)
                return 1
        except IntegrityError:  # a rival opened the window first: count in theirs
            continue
    raise AssertionError("A limit window was there and was not there.")


def forget_old(*, before: datetime) -> int:
    """Delete windows that started before `before`; how many."""
    return LimitWindow.objects.filter(starts_at__lt=before).delete()[0]
