"""Bring planned mails to their new times after the shop's after-sale settings changed."""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime

from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.flows.definition import BadDefinition, Definition
from engagement.flows.models import Flow, FlowVersion
from engagement.flows.operations.replan import Replanned, replan

# What a store, category or product says → the waits that follow it. An arrival that no carrier
# told is estimated from the usual days on the way, so everything that counts from it follows.
WAITS = {
    "review_delay_days": "review_delay",
    "replenish_after_days": "replenish_interval",
    "is_reviewable": "review_delay",
    "pack_size": "replenish_interval",
}
BOTH = frozenset(WAITS.values())
FOLLOWED_BY = {**{name: {wait} for name, wait in WAITS.items()}, "category": BOTH}
ARRIVAL = frozenset({"transit_days"})


def replan_settings(*, store: Store, changed: Collection[str], now: datetime) -> Replanned:
    """Replan each flow whose timing depends on one of the `changed` fields; the sums of all."""
    waits = {wait for name in changed for wait in FOLLOWED_BY.get(name, ())}
    by_arrival = bool(ARRIVAL & set(changed))
    total = Replanned()
    if not waits and not by_arrival:
        return total
    for key, definition in _current(store):
        follows = {step.wait.setting for step in definition.steps} & waits
        if follows or (by_arrival and definition.counts_from == "arrival"):
            total += replan(store=store, key=key, now=now)
    return total


def _current(store: Store) -> list[tuple[str, Definition]]:
    with store_scope(store.pk):
        numbers = dict(Flow.objects.values_list("pk", "current_version"))
        versions = FlowVersion.objects.select_related("flow").order_by("flow__key")
        found: list[tuple[str, Definition]] = []
        for version in versions:
            if numbers[version.flow_id] == version.number:
                with suppress(BadDefinition):  # a flow that cannot be read sends nothing either
                    found.append((version.flow.key, Definition.from_json(version.definition)))
        return found
