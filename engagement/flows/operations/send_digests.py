"""Digests of the shop's feeds: on the day of the rhythm a campaign of what is new; else nothing."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from core.clock import now as store_now
from core.stores.models import Store
from core.stores.scope import every_store, store_scope
from engagement.flows.models import Campaign, Feed, FeedEntry
from engagement.flows.models.campaign import WHOLE_WORLD
from engagement.flows.operations.run_campaign import CampaignRefused, schedule_campaign

MOST_ENTRIES = 10
CATCH_UP = timedelta(days=2)
"""A digest is made so late when the engine stood still; later, its news wait for the next one."""


def send_digests() -> int:
    """Make the digests whose day begins somewhere; how many."""
    with every_store():
        feeds = list(Feed.objects.filter(is_on=True).order_by("pk").values_list("pk", "store_id"))
    stores = Store.objects.in_bulk({store for _, store in feeds})
    made = 0
    for pk, store_id in feeds:
        store = stores[store_id]
        made += make_digest(feed_id=pk, store=store, now=store_now(store)) is not None
    return made


def make_digest(*, feed_id: int, store: Store, now: datetime) -> Campaign | None:
    """The campaign of this feed's present day, set going; None when there is none to make.

    The rows of the store's feeds are held meanwhile: of two workers one makes it, and what stands in
    two feeds goes with one of them. Entries beyond the newest `MOST_ENTRIES` are let go: the mail's
    button leads to all of them.
    """
    with store_scope(store.pk), transaction.atomic():
        feeds = Feed.objects.select_for_update(of=("self",)).order_by("pk")
        feed = next((one for one in feeds if one.pk == feed_id and one.is_on), None)
        if feed is None:
            return None
        today = now.astimezone(store.zone).date()
        day = feed.day_until((now + WHOLE_WORLD).date())
        if day <= feed.digested_on:
            return None
        _let_go_what_went_with_another(feed)
        waiting = list(waiting_entries(feed))
        campaign = None
        if waiting and day >= today - CATCH_UP:
            campaign = _campaign(feed, store, waiting[:MOST_ENTRIES], now=now)
            campaign.send_on = max(day, today)
            try:
                with transaction.atomic():
                    campaign.save()
                    schedule_campaign(campaign=campaign, by=campaign.created_by, now=now)
            except CampaignRefused:
                return None  # its flow is switched off; asked again until it is too late
            taken = [entry.pk for entry in waiting[:MOST_ENTRIES]]
            FeedEntry.objects.filter(pk__in=taken).update(campaign=campaign)
            left = [entry.pk for entry in waiting[MOST_ENTRIES:]]
            FeedEntry.objects.filter(pk__in=left).update(is_archive=True)
        Feed.objects.filter(pk=feed.pk).update(digested_on=day)
        return campaign


def waiting_entries(feed: Feed) -> QuerySet[FeedEntry]:
    """What goes with the next digest, newest first."""
    return feed.entries.filter(is_archive=False, campaign__isnull=True).order_by(
        F("published_at").desc(nulls_last=True), "-pk"
    )


def _let_go_what_went_with_another(feed: Feed) -> None:
    told = FeedEntry.objects.exclude(feed=feed).filter(campaign__isnull=False)
    waiting = feed.entries.filter(is_archive=False, campaign__isnull=True)
    again = waiting.filter(Exists(told.filter(twin=OuterRef("twin"))))
    FeedEntry.objects.filter(pk__in=list(again.values_list("pk", flat=True))).update(
        is_archive=True
    )


def _campaign(feed: Feed, store: Store, entries: list[FeedEntry], *, now: datetime) -> Campaign:
    return Campaign(
        store=store,
        kind=Campaign.Kind.FEED_DIGEST,
        name=f"{feed.name}: {len(entries)} new"[:120],
        segment=feed.segment,
        content={"entries": [entry_data(entry) for entry in entries]},
        send_at=feed.send_at,
        created_at=now,
        created_by=f"feed “{feed.name}”",
    )


def entry_data(entry: FeedEntry) -> dict[str, Any]:
    """The entry as a mail shows it; plain data that JSON can keep."""
    data = {
        name: getattr(entry, name)
        for name in ("title", "url", "kind", "summary", "image_url")
        if getattr(entry, name)
    }
    if entry.published_at is not None:
        data["published_at"] = entry.published_at.isoformat(timespec="seconds")
    return data
