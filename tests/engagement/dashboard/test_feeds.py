"""A merchant adds the feed of their blog and hears at once how it went."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core import clock
from core.stores.scope import store_scope
from engagement.flows.models import Feed, FeedEntry
from engagement.flows.operations.install_flows import install_flows
from tests.engagement.flows.feed_server import open_blog

pytestmark = pytest.mark.django_db(transaction=True)  # what is said after the transaction counts
ADD, LIST = reverse("admin:flows_feed_add"), reverse("admin:flows_feed_changelist")
FORM = {"name": "Blog", "rhythm": "weekly", "weekday": "3", "send_at": "10:00", "is_on": "on"}


@pytest.fixture
def blog(settings, store):
    settings.OUTBOUND_TO_PRIVATE = True
    install_flows(store=store, now=clock.now(store) - timedelta(days=1))
    with open_blog() as one:
        one.post("old-1", "From last year")
        yield one


@pytest.fixture
def added(owner, blog, store):
    def add(**fields):
        answer = owner.post(ADD, {**owner.form, **FORM, "url": blog.url, **fields})
        if answer.status_code == 200:
            return None, answer.content.decode()
        with store_scope(store.pk):
            return Feed.objects.latest("pk"), owner.get(LIST).content.decode()

    return add


def page(row, deed="change", *more):
    return reverse(f"admin:flows_feed_{deed}", args=[row.pk, *more])


def test_where_there_is_none_it_says_what_one_is_for(owner):
    assert "when nothing is new, nothing is sent" in owner.get(LIST).content.decode()


def test_it_is_read_at_once_and_shown(owner, blog, added, store, in_store):
    row, told = added()
    assert "It was read: 1 entry. What stands in it today is not mailed" in told
    shown = owner.get(page(row)).content.decode()
    assert "Nothing new. If that stays so, nothing is sent." in shown
    assert "From last year" in shown
    assert f"{row.day_after(row.digested_on):%A, %-d %B %Y}, 10:00" in shown
    FeedEntry.objects.create(
        store=store,
        feed=row,
        key="k",
        twin="t",
        title="Brand new",
        url="https://blog.example/new",
        found_at=clock.now(store),
    )
    preview = owner.get(page(row, "preview", "cs"))
    assert "Brand new" in preview.content.decode()
    assert "From last year" not in preview.content.decode()
    assert "sandbox" in preview.headers["Content-Security-Policy"]


def test_what_is_wrong_is_said_in_words(owner, blog, added):
    blog.body = b"<html><p>A page</p></html>"
    row, told = added()
    assert "It could not be read." in told
    assert row.failures == 1
    shown = owner.get(page(row)).content.decode()
    assert "This is no feed but a web page." in shown


@pytest.mark.parametrize(
    "url", ["ftp://blog.example/feed", "nonsense", "https://me:you@b.example/"]
)
def test_an_address_that_may_not_be_called_is_not_kept(added, blog, url):
    row, page = added(url=url)
    assert row is None
    assert "errornote" in page or "error" in page
    assert blog.asked == []


def test_the_same_feed_is_not_added_twice(added):
    added()
    row, page = added()
    assert row is None
    assert "You have this feed already." in page


def test_another_address_begins_anew(owner, blog, added, in_store):
    row, _ = added()
    blog.post("new-1", "Only there")
    owner.post(page(row), {**owner.form, **FORM, "url": blog.url + "?two"})
    row.refresh_from_db()
    assert row.entries.filter(is_archive=False).count() == 0
    assert row.entries.count() == 2


def test_reading_now_and_deleting(owner, blog, added, in_store):
    row, _ = added()
    blog.post("new-1", "How we cook soap")
    owner.post(page(row, "read_now"), {**owner.form, "confirmed": "yes"})
    assert "1 new for the next digest" in owner.get(page(row)).content.decode()
    owner.post(page(row, "delete"), {**owner.form, "post": "yes"})
    assert not Feed.objects.exists()
    assert not FeedEntry.objects.exists()
