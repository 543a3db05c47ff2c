"""The fuse: a flow that suddenly plans far more than it ever does is paused, and a person is asked."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import median

import structlog
from django.db.models import Count, Max

from core.stores.scope import every_store
from engagement.flows.catalog import CATALOG
from engagement.flows.models import Flow, FlowHour
from engagement.flows.operations.switch_flow import pause_by_itself
from engagement.messages.models import Message, Reason

log = structlog.get_logger(__name__)

ALWAYS_ALLOWED = 200
TIMES_THE_MEDIAN = 5
LOOK_BACK = timedelta(days=28)
KEEP = timedelta(days=35)
FUSED = frozenset(flow.key for flow in CATALOG if flow.is_fused)


def watch_floods(*, now: datetime) -> list[tuple[int, str]]:
    """Count this hour's planned mails, pause what floods; (store id, flow) of what was paused.

    For every store at once: two statements a tick and one more per flow above the floor. `now` is
    the machine's time; demo stores, whose clocks run as they like, are left out. Backfills do not
    count: they are the merchant's own wish, capped and spread.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    paused: list[tuple[int, str]] = []
    with every_store():
        counts = _count(hour=hour)
        _keep(counts=counts, hour=hour)
        for store_id, key, planned, _ in counts:
            if key not in FUSED or planned <= ALWAYS_ALLOWED:
                continue
            allowed = allowed_an_hour(_hours_before(store_id=store_id, key=key, hour=hour))
            if planned > allowed:
                paused += _pause(
                    store_id=store_id, key=key, planned=planned, allowed=allowed, now=now
                )
    return paused


def allowed_an_hour(planned_before: Iterable[int]) -> int:
    """What a flow may plan in an hour: 200, or five times the median hour of the last 28 days.

    `planned_before` are the counts of hours in which anything was planned; the others are zero.
    """
    counts = list(planned_before)
    hours = int(LOOK_BACK / timedelta(hours=1))
    counts += [0] * (hours - len(counts))
    return max(ALWAYS_ALLOWED, int(TIMES_THE_MEDIAN * median(counts)))


def _count(*, hour: datetime) -> list[tuple[int, str, int, int]]:
    """(store, flow, planned, last message id) of this hour; reads only rows newer than the mark."""
    mark = FlowHour.objects.filter(hour__lt=hour).aggregate(mark=Max("last_message"))["mark"] or 0
    rows = (
        Message.objects.filter(
            pk__gt=mark,
            created_at__gte=hour,
            created_at__lt=hour + timedelta(hours=1),
            event__isnull=False,
            store__is_demo=False,
        )
        .exclude(reason=Reason.STALE)
        .values("store_id", "flow")
        .annotate(planned=Count("pk"), last=Max("pk"))
        .order_by("store_id", "flow")
    )
    return [(row["store_id"], row["flow"], row["planned"], row["last"]) for row in rows]


def _keep(*, counts: list[tuple[int, str, int, int]], hour: datetime) -> None:
    FlowHour.objects.bulk_create(
        [
            FlowHour(store_id=store_id, flow=key, hour=hour, planned=planned, last_message=last)
            for store_id, key, planned, last in counts
        ],
        update_conflicts=True,
        unique_fields=["store", "flow", "hour"],
        update_fields=["planned", "last_message"],
    )
    FlowHour.objects.filter(hour__lt=hour - KEEP).delete()


def _hours_before(*, store_id: int, key: str, hour: datetime) -> list[int]:
    return list(
        FlowHour.objects.filter(
            store_id=store_id, flow=key, hour__lt=hour, hour__gte=hour - LOOK_BACK
        ).values_list("planned", flat=True)
    )


def _pause(
    *, store_id: int, key: str, planned: int, allowed: int, now: datetime
) -> list[tuple[int, str]]:
    """Once an hour at most: who switched it on again after a look has the last word."""
    if not Flow.objects.filter(store_id=store_id, key=key, status=Flow.Status.ON).exists():
        return []
    this_hour = FlowHour.objects.filter(store_id=store_id, flow=key, has_tripped=False)
    if not this_hour.filter(hour__gt=now - timedelta(hours=1)).update(has_tripped=True):
        return []
    why = (
        f"It planned {planned} mails within the hour; up to {allowed} is usual. Look at them, "
        "then switch it on again."
    )
    pause_by_itself(store_id=store_id, key=key, why=why, now=now)
    log.warning("flow_fused", store_id=store_id, flow=key, planned=planned, allowed=allowed)
    return [(store_id, key)]
