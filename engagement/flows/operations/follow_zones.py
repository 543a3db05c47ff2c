"""A country changed its clocks: bring planned mails to the local times that were meant."""

import zoneinfo
from datetime import datetime

import structlog
from django.db import transaction

from core.stores.scope import every_store
from core.zone_rules import fingerprint
from engagement.flows.models import Flow, ZoneRules

log = structlog.get_logger(__name__)


def follow_zones(*, now: datetime) -> int:
    """Have every flow replanned if the rules of time zones changed since the last look; how many.

    `now` is the machine's time. A planned time is only a cache: what would be too early is put off
    when it is claimed, whatever this does. It is here for what would be too late. Processes that
    run already keep the rules they have read; all but this one need a restart.
    """
    rules = fingerprint()
    with every_store(), transaction.atomic():
        known = ZoneRules.objects.select_for_update().first()
        if known is not None and known.fingerprint == rules:
            return 0
        ZoneRules.objects.update_or_create(pk=1, defaults={"fingerprint": rules, "seen_at": now})
        zoneinfo.ZoneInfo.clear_cache()
        asked = Flow.objects.exclude(status=Flow.Status.OFF).update(
            replan_asked_at=now, replan_done_to=0
        )
    log.info("zone_rules_changed", flows=asked)
    return asked
