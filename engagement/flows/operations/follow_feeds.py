"""Read the shops' feeds: what is new in them waits for the next digest."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from core.clock import now as store_now
from core.stores.models import Store
from core.stores.scope import every_store, store_scope
from engagement.flows.feeds.entries import Entry
from engagement.flows.feeds.fetch import Fetched, NotFetched, fetch
from engagement.flows.feeds.read_feed import FeedText, NoFeed, read_feed
from engagement.flows.models import Feed, FeedEntry

EVERY = timedelta(hours=3)
LEASE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(days=1)
OLD_NEWS = timedelta(days=45)
"""What is older when we first see it is no news: a blog that moved shows everything once more."""


@dataclass(frozen=True, slots=True)
class Looked:
    """How reading went: entries in the feed, how many of them wait now, or why it was not read."""

    entries: int = 0
    new: int = 0
    error: str = ""
    is_first: bool = False


def read_due_feeds(*, seconds: float, now: datetime) -> int:
    """Read those whose time has come, for about `seconds`; how many. `now` is real time. Whoever takes
    one leaves it alone for `LEASE`, so that two workers do not read it at once."""
    ends = time.monotonic() + seconds
    done = 0
    while time.monotonic() < ends:
        with every_store(), transaction.atomic():
            feed = (
                Feed.objects.select_for_update(skip_locked=True)
                .filter(is_on=True, next_read_at__lte=now)
                .order_by("next_read_at", "pk")
                .first()
            )
            if feed is None:
                break
            Feed.objects.filter(pk=feed.pk).update(next_read_at=now + LEASE)
            store = Store.objects.get(pk=feed.store_id)
        look(feed=feed, store=store, now=now)
        done += 1
    return done


def look(*, feed: Feed, store: Store, now: datetime) -> Looked:
    """Fetch one feed and keep what is in it; `now` is real time. Never in a transaction."""
    try:
        came = fetch(url=feed.url, etag=feed.etag, last_modified=feed.last_modified)
        told = read_feed(body=came.body, url=came.url) if came.body is not None else None
    except (NotFetched, NoFeed) as error:
        return _note_failure(feed=feed, store=store, error=str(error), now=now)
    return _keep(feed=feed, store=store, came=came, told=told, now=now)


def _note_failure(*, feed: Feed, store: Store, error: str, now: datetime) -> Looked:
    with store_scope(store.pk), transaction.atomic():
        row = _locked(feed)
        if row is not None:
            row.failures += 1
            row.error = error[:300]
            row.next_read_at = now + min(EVERY * 2 ** min(row.failures - 1, 4), LONGEST_PAUSE)
            row.save(update_fields=["failures", "error", "next_read_at"])
    return Looked(error=error)


def _keep(
    *, feed: Feed, store: Store, came: Fetched, told: FeedText | None, now: datetime
) -> Looked:
    with store_scope(store.pk), transaction.atomic():
        row = _locked(feed)
        if row is None:
            return Looked()
        is_first = row.first_read_at is None
        here = store_now(store)
        fresh = _unseen(row, told.entries) if told is not None else []
        FeedEntry.objects.bulk_create(
            [_entry(row, entry, now=here, is_first=is_first) for entry in fresh],
            ignore_conflicts=True,
        )
        if told is not None:
            row.first_read_at = row.first_read_at or now
            row.etag, row.last_modified = came.etag, came.last_modified
        row.read_at, row.next_read_at = now, now + EVERY
        row.failures, row.error = 0, ""
        row.save(
            update_fields=[
                *("first_read_at", "etag", "last_modified"),
                *("read_at", "next_read_at", "failures", "error"),
            ]
        )
        return Looked(
            entries=len(told.entries) if told is not None else row.entries.count(),
            new=row.entries.filter(is_archive=False, campaign__isnull=True).count(),
            is_first=is_first,
        )


def _locked(feed: Feed) -> Feed | None:
    """The row, unless it is gone or got another address while we were reading."""
    return Feed.objects.select_for_update().filter(pk=feed.pk, url=feed.url).first()


def _unseen(feed: Feed, entries: list[Entry]) -> list[Entry]:
    """Those neither known by identity nor by address and title. A known one's new title is noted, so
    that it is known again should its identity change later."""
    known = {row.key: row for row in feed.entries.only("pk", "key", "twin")}
    twins = {row.twin for row in known.values()}
    renamed = []
    for entry in entries:
        row = known.get(entry.key)
        if row is not None and row.twin != entry.twin:
            row.twin = entry.twin
            renamed.append(row)
    FeedEntry.objects.bulk_update(renamed, ["twin"], batch_size=200)
    twins |= {row.twin for row in renamed}
    return [entry for entry in entries if entry.key not in known and entry.twin not in twins]


def _entry(feed: Feed, entry: Entry, *, now: datetime, is_first: bool) -> FeedEntry:
    published = entry.published_at
    is_old = published is not None and published < now - OLD_NEWS
    return FeedEntry(
        store_id=feed.store_id,
        feed=feed,
        key=entry.key,
        twin=entry.twin,
        title=entry.title,
        url=entry.url,
        kind=entry.kind,
        summary=entry.summary,
        image_url=entry.image_url,
        # A date in the future is a mistake of the feed: better none than a wrong one.
        published_at=published if published is None or published <= now else None,
        found_at=now,
        is_archive=is_first or is_old,
    )
