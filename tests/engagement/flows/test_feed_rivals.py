"""Two workers at the same feed at once. PostgreSQL only."""

from datetime import timedelta

import pytest

from core.clock import real_now
from core.stores.scope import store_scope
from engagement.flows.models import Campaign, Feed, FeedEntry
from engagement.flows.operations.follow_feeds import read_due_feeds
from engagement.flows.operations.send_digests import make_digest
from tests.conftest import NOON
from tests.engagement.flows.feed_server import open_blog
from tests.engagement.messages.at_once import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def feed(shop, settings):
    settings.OUTBOUND_TO_PRIVATE = True
    with open_blog() as blog:
        blog.post("one", "One")
        row = Feed.objects.create(
            store=shop,
            name="Blog",
            url=blog.url,
            weekday=1,
            digested_on=NOON.date() - timedelta(days=7),
            created_at=NOON,
            next_read_at=NOON,
        )
        row.blog = blog
        yield row


def test_one_of_two_workers_reads_it(feed):
    def work():
        read_due_feeds(seconds=3, now=real_now())

    at_once(work, work, work)
    assert len(feed.blog.asked) == 1
    with store_scope(feed.store_id):
        assert FeedEntry.objects.count() == 1


def test_one_of_two_workers_makes_its_digest(shop, feed):
    FeedEntry.objects.create(
        store=shop, feed=feed, key="k", twin="t", title="One", url="", found_at=NOON
    )

    def work():
        make_digest(feed_id=feed.pk, store=shop, now=NOON)

    at_once(work, work, work)
    assert Campaign.objects.count() == 1
    assert FeedEntry.objects.get().campaign == Campaign.objects.get()
