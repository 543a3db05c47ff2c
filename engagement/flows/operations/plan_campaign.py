"""Promise a campaign's mails: slice by slice behind the last customer planned, each once."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from core.stores.models import Store
from core.stores.scope import store_scope
from core.wake import wake_on_commit
from engagement.flows.catalog.campaign_step import A_MONTH
from engagement.flows.models import Campaign, Flow
from engagement.messages.models import Lane, Message
from engagement.messages.operations.plan_messages import Promise, plan_messages
from engagement.messages.timing import on_local_day
from engagement.segments.queries import people_of
from orders.models import Customer, OrderLine

SLICE = 5000
GIVEN_UP_AFTER = timedelta(hours=A_MONTH)


def audience_of(*, campaign: Campaign, now: datetime) -> QuerySet[Customer]:
    """Everybody whom the campaign is for. Inside the store's scope.

    Of a campaign about a product those who bought it, between its days if it has any. A safety notice
    is for all of these, also where the order was a gift or was canceled afterwards; nobody is left out
    by a segment. Where it names batches, it is for those who got one of them or of whose goods the
    batch is not known.
    """
    people = people_of(segment=campaign.segment, now=now)
    if campaign.product_id is not None:
        bought = OrderLine.objects.filter(
            order__customer_id=OuterRef("pk"),
            product_id=campaign.product_id,
            order__is_test=False,
        )
        if campaign.batches:
            listed = Q(batch="")  # not known is not safe: who may have it is warned
            for batch in campaign.batches:
                listed |= Q(batch__iexact=batch)
            bought = bought.filter(listed)
        zone = campaign.store.zone
        if campaign.bought_from is not None:
            start = datetime.combine(campaign.bought_from, datetime.min.time(), tzinfo=zone)
            bought = bought.filter(order__placed_at__gte=start)
        if campaign.bought_until is not None:
            end = datetime.combine(campaign.bought_until, datetime.min.time(), tzinfo=zone)
            bought = bought.filter(order__placed_at__lt=end + timedelta(days=1))
        people = people.filter(Exists(bought))
    if campaign.kind != Campaign.Kind.SAFETY_NOTICE:
        people = people.filter(email__isnull=False)
    return people


def plan_slice(*, campaign_id: int, store: Store, now: datetime, size: int = SLICE) -> int:
    """Plan up to `size` more customers; how many were looked at, 0 when there is nothing to do.

    One transaction that holds the campaign's row, so that a pause, a cancellation and another planner
    come before or after it. Killed anywhere it goes on where it stood: the mark of how far it came is
    written with the messages, and their unique key refuses a second one.
    """
    with store_scope(store.pk), transaction.atomic():
        campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign_id)
        if (
            campaign.status != Campaign.Status.PLANNING
            or campaign.paused_at is not None
            or not campaign.may_be_planned(now)
        ):
            return 0
        campaign.store = store
        people = list(
            audience_of(campaign=campaign, now=now)
            .filter(pk__gt=campaign.planned_to)
            .order_by("pk")
            .values_list("pk", "time_zone", "country")[:size]
        )
        if people:
            dues = _dues(campaign=campaign, store=store, people=people, now=now)
            if dues:
                _promise(campaign=campaign, store=store, dues=dues, now=now)
            campaign.planned += len(dues)
            campaign.planned_to = people[-1][0]
            wake_on_commit("outbox")
        if len(people) < size:
            campaign.status = Campaign.Status.PLANNED
        campaign.save(update_fields=["planned", "planned_to", "status"])
    return max(len(people), 1)


def _dues(
    *, campaign: Campaign, store: Store, people: Sequence[tuple[int, str, str]], now: datetime
) -> list[tuple[int, datetime]]:
    """When each one's mail goes: on the day at the hour where they live, not before now, and so many
    an hour. Who keeps no such holiday, or has had it already, is left out."""
    began = campaign.scheduled_at or now

    @lru_cache(maxsize=600)
    def due_in(zone: str, day: date | None) -> datetime:
        if day is None or campaign.send_at is None:
            return now
        place = ZoneInfo(zone or store.time_zone)
        midnight = datetime.combine(day, datetime.min.time(), tzinfo=place)
        return on_local_day(anchor=midnight, days=0, at=campaign.send_at, zone=place)

    dues: list[tuple[int, datetime]] = []
    for pk, zone, country in people:
        day = campaign.send_on
        if campaign.season is not None:
            day = campaign.day_in(country or store.country)
            if day is None or day < now.astimezone(ZoneInfo(zone or store.time_zone)).date():
                continue
        due = max(due_in(zone, day), began)
        if campaign.per_hour:
            due += timedelta(hours=1) * (campaign.planned + len(dues)) / campaign.per_hour
        dues.append((pk, due))
    return dues


def _promise(
    *, campaign: Campaign, store: Store, dues: Sequence[tuple[int, datetime]], now: datetime
) -> None:
    marketing = campaign.kind != Campaign.Kind.SAFETY_NOTICE
    version = Flow.objects.values_list("current_version", flat=True).get(key=campaign.kind)
    shared: dict[str, Any] = {
        "flow": campaign.kind,
        "step": "send",
        "occurrence": campaign.occurrence,
        "message_class": (
            Message.Class.MARKETING if marketing else Message.Class.TRANSACTIONAL
        ).value,
        "template": campaign.kind,
        "planned_version": version,
    }
    lane = Lane.MARKETING if marketing else Lane.TRANSACTIONAL
    if connection.vendor == "postgresql":
        _insert(shared=shared, lane=lane, campaign=campaign, store=store, dues=dues, now=now)
        return
    promises = [
        Promise(
            **shared,
            customer_id=pk,
            order_id=None,
            subject=f"customer:{pk}",
            facts={"campaign": campaign.pk},
            anchor_at=due,
            due_at=due,
            expires_at=due + GIVEN_UP_AFTER,
            lane=lane,
        )
        for pk, due in dues
    ]
    plan_messages(store_id=store.pk, promises=promises, now=now)


# The rows of `plan_messages`, for thousands at once.
INSERT = """
    WITH told (customer_id, due_at) AS (
        SELECT * FROM unnest(%(ids)s::bigint[], %(dues)s::timestamptz[])),
    promised AS (
        INSERT INTO engagement_messages_message (
            store_id, public_id, customer_id, flow, step, subject, occurrence, message_class,
            template, facts, anchor_at, planned_version, due_at, status, reason, reason_detail,
            generation, provider_message_id, sent_to, language, delivery_rank, created_at)
        SELECT %(store)s, md5(gen_random_uuid()::text || gen_random_uuid()::text)::uuid,
            customer_id, %(flow)s, %(step)s, 'customer:' || customer_id, %(occurrence)s,
            %(message_class)s, %(template)s, %(facts)s::jsonb, due_at, %(planned_version)s, due_at,
            'planned', '', '', 0, '', '', '', 0, %(now)s
        FROM told ORDER BY customer_id
        ON CONFLICT DO NOTHING
        RETURNING id, customer_id, due_at)
    INSERT INTO engagement_messages_outbox (
        message_id, store_id, customer_id, lane, due_at, expires_at, state, token, claims, attempts,
        deferrals, resends)
    SELECT id, %(store)s, customer_id, %(lane)s, due_at, due_at + %(given_up)s::interval, 10, '', 0, 0,
        0, 0
    FROM promised
"""


def _insert(
    *,
    shared: dict[str, Any],
    lane: Lane,
    campaign: Campaign,
    store: Store,
    dues: Sequence[tuple[int, datetime]],
    now: datetime,
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            {
                **shared,
                "ids": [pk for pk, _ in dues],
                "dues": [due for _, due in dues],
                "facts": f'{{"campaign": {int(campaign.pk)}}}',
                "store": store.pk,
                "lane": lane.value,
                "given_up": f"{A_MONTH} hours",
                "now": now,
            },
        )
