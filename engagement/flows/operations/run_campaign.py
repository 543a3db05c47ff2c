"""Set a campaign going, hold it, let it go on, end it; and the work that goes on by itself."""

import time
from datetime import datetime, timedelta
from datetime import time as day_time

from django.db import connection, transaction
from django.db.models import Q

from core.clock import now as store_now
from core.events.spine import record
from core.stores.models import Store
from core.stores.scope import every_store, store_scope
from core.wake import wake_on_commit
from engagement.flows.events import CampaignScheduled
from engagement.flows.holidays import HOLIDAYS, days_of, season_of
from engagement.flows.models import Campaign, Flow
from engagement.flows.operations.plan_campaign import plan_slice
from engagement.messages.models import Message, Outbox, Reason
from engagement.messages.operations.end_messages import end_messages

UNFINISHED = (Campaign.Status.PLANNING, Campaign.Status.PLANNED)
END_AT_ONCE = 2000
SAFETY_PER_HOUR = 2000
"""Warnings go with order news; so many an hour leave room for it."""


class CampaignRefused(ValueError):
    """This cannot be done with the campaign as it is. The message is fit for the merchant."""


def schedule_campaign(*, campaign: Campaign, by: str, now: datetime) -> Campaign:
    """Set it going: from now on its mails are planned. Inside the store's scope.

    Raises `CampaignRefused` where something is missing, or it was set going before.
    """
    with transaction.atomic():
        row = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if row.status != Campaign.Status.DRAFT:
            raise CampaignRefused("It was set going before.")
        check_ready(campaign=row, now=now)
        if follows_calendar(row):
            _take_season(row, now=now)
        row.status, row.scheduled_at = Campaign.Status.PLANNING, now
        if row.send_on is not None and row.send_at is None:
            row.send_at = day_time(9, 0)
        if row.kind == Campaign.Kind.SAFETY_NOTICE and row.per_hour is None:
            row.per_hour = SAFETY_PER_HOUR
        row.save(
            update_fields=["status", "scheduled_at", "send_on", "send_at", "per_hour", "content"]
        )
        record(
            news=CampaignScheduled(campaign_id=row.pk),
            store_id=row.store_id,
            subject=f"campaign:{row.pk}",
            key=str(row.pk),
            occurred_at=now,
            origin="live",
            now=now,
        )
    return row


def follows_calendar(campaign: Campaign) -> bool:
    """Whether the calendar of each customer's country says its day: a greeting without a day."""
    kind = campaign.content.get("occasion", {}).get("kind")
    return (
        campaign.kind == Campaign.Kind.HOLIDAY_GREETING
        and campaign.send_on is None
        and kind in HOLIDAYS
    )


def _take_season(campaign: Campaign, *, now: datetime) -> None:
    """Keep which season is meant, and the first day of it as the campaign's own."""
    today = now.astimezone(campaign.store.zone).date()
    occasion = dict(campaign.content["occasion"])
    kind, country = str(occasion["kind"]), campaign.store.country
    occasion["season"] = season_of(kind=kind, country=country, today=today)
    before = timedelta(days=int(occasion.get("days_before") or 0))
    first = min(days_of(kind=kind, year=occasion["season"])) - before
    campaign.content = {**campaign.content, "occasion": occasion}
    campaign.send_on = max(first, today)


def check_ready(*, campaign: Campaign, now: datetime) -> None:
    """Raise `CampaignRefused` when it could not be sent as it is."""
    flow = Flow.objects.filter(key=campaign.kind).first()
    if flow is None or flow.status == Flow.Status.OFF:
        raise CampaignRefused("Its flow is switched off. Switch it on first.")
    about_product = (Campaign.Kind.PRODUCT_UPDATE, Campaign.Kind.SAFETY_NOTICE)
    if campaign.kind in about_product and campaign.product_id is None:
        raise CampaignRefused("Say which product it is about.")
    if campaign.kind == Campaign.Kind.SAFETY_NOTICE and campaign.segment_id is not None:
        raise CampaignRefused("A safety notice goes to every buyer: take the segment out.")
    needed = {
        Campaign.Kind.NEWSLETTER: "article",
        Campaign.Kind.PRODUCT_UPDATE: "article",
        Campaign.Kind.SAFETY_NOTICE: "notice",
        Campaign.Kind.FEED_DIGEST: "entries",
    }.get(campaign.kind)  # type: ignore[call-overload]
    if needed and not campaign.content.get(needed):
        raise CampaignRefused("Write what it tells first.")
    today = now.astimezone(campaign.store.zone).date()
    if campaign.send_on is not None and campaign.send_on < today:
        raise CampaignRefused("Its day has passed. Choose another one.")


HOLD = """
    WITH ours AS MATERIALIZED (
        SELECT o.message_id FROM engagement_messages_outbox o
        JOIN engagement_messages_message m ON m.id = o.message_id
        WHERE o.store_id = %(store)s AND o.state = ANY(%(states)s)
        AND m.flow = %(flow)s AND m.occurrence = %(occurrence)s
        ORDER BY o.message_id FOR UPDATE OF o)
    UPDATE engagement_messages_outbox o
    SET state = %(state)s, token = '', lease_until = NULL, due_at = o.due_at + %(later)s::interval
    FROM ours WHERE o.message_id = ours.message_id
"""


def pause_campaign(*, campaign: Campaign, now: datetime) -> int:
    """Hold it: nothing more is planned or handed over; how many mails wait. Inside the store's scope.

    Mails that a worker has claimed are taken from it, so that of this and MARK whichever commits
    first wins. What was marked before is on its way. Raises `CampaignRefused`.
    """
    with transaction.atomic():
        row = _running(campaign)
        if row.paused_at is not None:
            raise CampaignRefused("It is paused already.")
        Campaign.objects.filter(pk=row.pk).update(paused_at=now)
        return _move(
            row,
            of=(Outbox.State.PLANNED, Outbox.State.CLAIMED),
            to=Outbox.State.PAUSED,
            later=timedelta(),
        )


def resume_campaign(*, campaign: Campaign, now: datetime) -> int:
    """Go on exactly where it stood; how many mails go on. What is sent so many an hour keeps its pace:
    it is later by the length of the pause. Inside the store's scope. Raises `CampaignRefused`."""
    with transaction.atomic():
        row = _running(campaign)
        if row.paused_at is None:
            raise CampaignRefused("It is not paused.")
        later = max(now - row.paused_at, timedelta()) if row.per_hour else timedelta()
        Campaign.objects.filter(pk=row.pk).update(paused_at=None)
        moved = _move(row, of=(Outbox.State.PAUSED,), to=Outbox.State.PLANNED, later=later)
        wake_on_commit("outbox")
        return moved


def cancel_campaign(*, campaign: Campaign, now: datetime) -> int:
    """End it for good; how many mails were ended at once. The others follow within minutes, and none
    of them leaves meanwhile. Inside the store's scope. Raises `CampaignRefused`."""
    with transaction.atomic():
        row = _running(campaign)
        Campaign.objects.filter(pk=row.pk).update(status=Campaign.Status.CANCELED)
        return _end_some(row, now=now)


def _running(campaign: Campaign) -> Campaign:
    row = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if row.status not in UNFINISHED:
        raise CampaignRefused("It is not under way.")
    return row


def _move(
    campaign: Campaign, *, of: tuple[Outbox.State, ...], to: Outbox.State, later: timedelta
) -> int:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                HOLD,
                {
                    "store": campaign.store_id,
                    "states": [state.value for state in of],
                    "flow": campaign.kind,
                    "occurrence": campaign.occurrence,
                    "state": to.value,
                    "later": f"{later.total_seconds():f} seconds",
                },
            )
            return cursor.rowcount
    rows = list(
        Outbox.objects.filter(
            message__flow=campaign.kind, message__occurrence=campaign.occurrence, state__in=of
        )
    )
    for row in rows:
        row.state, row.token, row.lease_until = to, "", None
        row.due_at += later
    Outbox.objects.bulk_update(rows, ["state", "token", "lease_until", "due_at"], batch_size=500)
    return len(rows)


def _end_some(campaign: Campaign, *, now: datetime) -> int:
    living = Outbox.objects.filter(
        message__flow=campaign.kind,
        message__occurrence=campaign.occurrence,
        state__in=[Outbox.State.PLANNED, Outbox.State.PAUSED, Outbox.State.CLAIMED],
    ).order_by("pk")
    ids = list(living.values_list("pk", flat=True)[:END_AT_ONCE])
    return end_messages(
        store_id=campaign.store_id,
        where=Q(pk__in=ids),
        reason=Reason.CANCELED_BY_HAND,
        detail="The campaign was canceled.",
        now=now,
    )


def work_campaigns(*, seconds: float) -> int:
    """Plan what is to be planned, end what was canceled, close what is done; how many people and
    mails were looked at. For every store, a slice of each campaign in turn, for about `seconds`."""
    ends = time.monotonic() + seconds
    with every_store():
        todo = list(
            Campaign.objects.filter(
                status__in=[*UNFINISHED, Campaign.Status.CANCELED], paused_at__isnull=True
            )
            .select_related("store")
            .order_by("pk")
        )
    seen = 0
    while todo and time.monotonic() < ends:
        still = []
        for campaign in todo:
            done = work_on(campaign=campaign, store=campaign.store)
            seen += done
            if done:
                still.append(campaign)
        todo = still
    return seen


def work_on(*, campaign: Campaign, store: Store) -> int:
    """One slice of one campaign; 0 where there is nothing to do now."""
    now = store_now(store)
    with store_scope(store.pk):
        campaign = Campaign.objects.get(pk=campaign.pk)
        campaign.store = store
        if campaign.status == Campaign.Status.PLANNING:
            return plan_slice(campaign_id=campaign.pk, store=store, now=now)
        if campaign.status == Campaign.Status.CANCELED:
            with transaction.atomic():
                return _end_some(campaign, now=now)
        if campaign.status == Campaign.Status.PLANNED and not _is_alive(campaign):
            Campaign.objects.filter(pk=campaign.pk, status=Campaign.Status.PLANNED).update(
                status=Campaign.Status.DONE
            )
    return 0


def _is_alive(campaign: Campaign) -> bool:
    return Message.objects.filter(
        flow=campaign.kind,
        occurrence=campaign.occurrence,
        status__in=[Message.Status.PLANNED, Message.Status.HANDING, Message.Status.UNCERTAIN],
    ).exists()
