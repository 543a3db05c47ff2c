"""Backfills: write to people of the past because the merchant wants it, counted, capped and spread."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from core.events.event import Event
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.flows.models import Backfill, Flow
from engagement.flows.operations.enter_flows import planner_of
from engagement.flows.planning.entry import Entry, LiveFlow, live_flows, read_entry
from engagement.flows.planning.promises import promises_of
from engagement.flows.planning.start import Start
from engagement.messages.models import Message
from engagement.messages.operations.plan_messages import plan_messages
from orders.models import Order


class BackfillRefused(ValueError):
    """This flow cannot be backfilled, or not so. The message is fit for the merchant."""


def count_backfill(
    *,
    store: Store,
    flow: str,
    since: datetime,
    cap: int,
    spread_days: int = 7,
    by: str = "",
    now: datetime,
) -> Backfill:
    """The dry run: a `Backfill` saying how many starts it would plan. Nothing is planned.

    Raises `BackfillRefused`.
    """
    if cap < 1 or spread_days < 1:
        raise BackfillRefused("Give a cap of at least one mail and a spread of at least one day.")
    with store_scope(store.pk):
        live = _flow(store=store, key=flow)
        counted = sum(1 for _ in _capped(store=store, flow=live, since=since, cap=cap, now=now))
        return Backfill.objects.create(
            store=store,
            flow=flow,
            since=since,
            cap=cap,
            spread_days=spread_days,
            counted=counted,
            created_at=now,
            created_by=by,
        )


def start_backfill(*, backfill: Backfill, now: datetime) -> Backfill:
    """Plan what was counted, at most `cap` starts, spread evenly over `spread_days`.

    Every mail still passes all rules when it is due (consent, caps, orders returned …). Safe to
    repeat: people who have the mail, or have it planned, are not counted again. Raises
    `BackfillRefused`.
    """
    store = backfill.store
    with store_scope(store.pk), transaction.atomic():
        backfill = Backfill.objects.select_for_update().get(pk=backfill.pk)
        if backfill.finished_at is not None:
            raise BackfillRefused("This backfill is done. Count a new one to go on.")
        live = _flow(store=store, key=backfill.flow)
        step = timedelta(days=backfill.spread_days) / max(backfill.counted or 1, 1)
        planned = 0
        for index, (entry, start) in enumerate(
            _capped(store=store, flow=live, since=backfill.since, cap=backfill.cap, now=now)
        ):
            new = plan_messages(
                store_id=store.pk,
                promises=promises_of(
                    entry=entry, flow=live, start=start, not_before=now + step * index
                ),
                now=now,
            )
            planned += bool(new)
        backfill.planned = planned
        backfill.started_at = backfill.finished_at = now
        backfill.save()
    return backfill


def _flow(*, store: Store, key: str) -> LiveFlow:
    found = live_flows(store_id=store.pk, keys=[key])
    if not found or found[0].row.status != Flow.Status.ON:
        raise BackfillRefused(f"The flow “{key}” is not on. Switch it on first.")
    definition = found[0].definition
    if not definition.is_marketing or definition.counts_from != "arrival":
        raise BackfillRefused(
            f"“{definition.title}” cannot be sent for the past: only flows that follow a purchase "
            "by days or months can, never order news."
        )
    return found[0]


def _capped(
    *, store: Store, flow: LiveFlow, since: datetime, cap: int, now: datetime
) -> Iterator[tuple[Entry, Start]]:
    """At most `cap` starts that are not over before they begin, latest orders first."""
    told = Message.objects.filter(flow=flow.definition.key, order=OuterRef("pk"))
    orders = (
        Order.objects.living()
        .filter(placed_at__gte=since, customer__isnull=False, is_test=False, is_gift=False)
        .exclude(Exists(told))
        .order_by("-placed_at")
    )
    found = 0
    for order_id, customer_id, placed_at in orders.values_list("pk", "customer_id", "placed_at"):
        event = Event(
            id=0,
            name="backfill",
            store_id=store.pk,
            subject=f"order:{order_id}",
            payload={"order_id": order_id, "customer_id": customer_id},
            occurred_at=placed_at,
            origin="live",
        )
        entry = read_entry(event=event, flows=[flow], now=now)
        for start in planner_of(flow.definition)(entry, flow):
            if start.ended is None:
                yield entry, start
                found += 1
                if found >= cap:
                    return
