"""Feeds through the real chore: only what is new, each entry once a person, at the hour of each."""

import gzip
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from email import message_from_bytes
from email.policy import default
from zoneinfo import ZoneInfo

import pytest

from core.clock import real_now
from core.outbound import Answer, call
from engagement.chores import run_chore
from engagement.flows.feeds import fetch as fetching
from engagement.flows.models import Campaign, Feed, FeedEntry, Flow
from engagement.messages.models import LocalMail, Message, Reason
from engagement.messages.operations.dispatch import drain_outbox
from engagement.preferences.operations.record_consent import record_consent
from tests.conftest import NOON
from tests.engagement.flows.feed_server import Blog, open_blog
from tests.factories.orders import CustomerFactory

A_BOMB = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]><rss><channel><item><title>&c;</title></item></channel></rss>"""
OUTSIDE = b"""<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<rss><channel><item><title>&x;</title></item></channel></rss>"""


@pytest.fixture
def blog(settings) -> Iterator[Blog]:
    settings.OUTBOUND_TO_PRIVATE = True
    with open_blog() as one:
        one.post("old-1", "From last year")
        yield one


@pytest.fixture
def feed(shop, blog) -> Callable[..., Feed]:
    def made(**fields) -> Feed:
        fields = {"name": "Blog", "url": blog.url, "weekday": 3, "send_at": time(10)} | fields
        return Feed.objects.create(
            store=shop,
            digested_on=NOON.date(),
            created_at=NOON,
            next_read_at=NOON,
            **fields,
        )

    return made


@pytest.fixture
def reader(shop) -> Callable[..., object]:
    """A customer who asked for news."""

    def made(**fields):
        person = CustomerFactory(store=shop, **fields)
        record_consent(
            customer_id=person.pk,
            basis="explicit",
            source="checkout",
            wording="Yes",
            stated_at=NOON - timedelta(days=1),
            now=NOON,
        )
        return person

    return made


@pytest.fixture
def engine(clock) -> Callable[[datetime], None]:
    """Live until that moment: every chore that digests need, every six hours."""

    def live(until: datetime) -> None:
        while real_now() < until:
            clock.move_to(min(real_now() + timedelta(hours=6), until))
            run_chore(name="feeds", now=real_now())
            if Campaign.objects.exists():
                run_chore(name="campaigns", now=real_now())
                drain_outbox()

    return live


def text_of(mail: LocalMail) -> str:
    parsed = message_from_bytes(bytes(mail.mime), policy=default)
    return "".join(str(part.get_content()) for part in parsed.walk() if not part.is_multipart())


def at(day: int, hour: int = 23) -> datetime:
    return datetime(2026, 3, 1, hour, tzinfo=NOON.tzinfo) + timedelta(days=day - 1)


def test_what_stood_there_before_is_never_mailed_and_nothing_new_sends_nothing(
    feed, reader, engine
):
    reader(), feed()
    engine(at(14))
    assert not LocalMail.objects.exists()
    assert not Campaign.objects.exists()
    assert FeedEntry.objects.get().is_archive


def test_a_new_entry_goes_on_the_day_at_the_hour_of_each_and_only_once(
    shop, blog, feed, reader, engine
):
    zones = ["Europe/Prague", "America/New_York", "Asia/Tokyo"]
    people = [reader(time_zone=zone) for zone in zones]
    CustomerFactory(store=shop)  # never asked for news
    feed()
    engine(at(3, 15))
    blog.post("new-1", "How we cook soap")
    engine(at(6))  # past Thursday the 5th
    mails = LocalMail.objects.all()
    assert {mail.recipient for mail in mails} == {person.email for person in people}
    assert {mail.subject for mail in mails} == {"How we cook soap"}
    for message in Message.objects.filter(status="sent").select_related("customer"):
        local = message.due_at.astimezone(ZoneInfo(message.customer.time_zone))
        assert (local.date(), local.hour) == (date(2026, 3, 5), 10)
    (skipped,) = Message.objects.filter(status="skipped")
    assert skipped.reason == Reason.NO_CONSENT
    assert "From last year" not in text_of(mails[0])
    engine(at(20))
    assert LocalMail.objects.count() == 3
    blog.post("new-2", "A year of lavender")
    engine(at(27))
    assert {mail.subject for mail in LocalMail.objects.all()[3:]} <= {
        "How we cook soap",
        "A year of lavender",
    }
    assert LocalMail.objects.filter(subject="A year of lavender").count() == 3
    assert LocalMail.objects.count() == 6


def test_the_same_entry_under_another_title_or_another_identity_is_not_news(
    blog, feed, reader, engine
):
    reader(), feed()
    engine(at(3, 15))
    blog.post("new-1", "How we cook soap")
    engine(at(6))
    blog.entries = [("new-1", "How we cook soap (updated)"), ("old-1", "From last year")]
    engine(at(13))
    # The blog moved: other identities for the same pages.
    blog.body = blog.written().replace(b"<guid>", b"<guid>moved:")
    engine(at(27))
    assert LocalMail.objects.count() == 1


def test_once_a_month_the_first_time_that_weekday_comes(blog, feed, reader, engine):
    reader(), feed(rhythm="monthly", weekday=0)
    engine(at(3, 15))
    blog.post("new-1", "How we cook soap")
    engine(at(31))
    assert not LocalMail.objects.exists()
    engine(at(31) + timedelta(days=7))
    assert Campaign.objects.get().send_on == date(2026, 4, 6)
    assert LocalMail.objects.count() == 1


def test_an_unchanged_feed_is_not_sent_again(blog, feed, engine):
    blog.etag = '"v1"'
    row = feed()
    engine(at(4))
    assert len(blog.asked) > 3
    assert "if-none-match" not in blog.asked[0]
    assert {one["if-none-match"] for one in blog.asked[1:]} == {'"v1"'}
    row.refresh_from_db()
    assert (row.error, row.read_at is not None, FeedEntry.objects.count()) == ("", True, 1)


def test_what_stands_in_two_feeds_goes_once(shop, blog, feed, reader, engine):
    reader(), feed(), feed(url=f"{blog.url}?again", name="The same")
    engine(at(3, 15))
    blog.post("new-1", "How we cook soap")
    engine(at(20))
    assert LocalMail.objects.count() == 1


def test_old_news_of_a_blog_that_moved_are_archive(blog, feed, engine):
    row = feed()
    engine(at(3, 15))
    blog.body = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Moved</title>
      <entry><id>x:1</id><title>Ages ago</title><published>2025-01-05T08:00:00Z</published></entry>
      <entry><id>x:2</id><title>Yesterday</title><published>2026-03-02T08:00:00Z</published></entry>
      <entry><id>x:3</id><title>Next year</title><published>2027-03-02T08:00:00Z</published></entry>
    </feed>"""
    engine(at(4))
    waiting = row.entries.filter(is_archive=False).order_by("pk")
    assert [entry.title for entry in waiting] == ["Yesterday", "Next year"]
    assert [entry.published_at is None for entry in waiting] == [False, True]


def test_ten_go_with_one_digest_and_the_rest_is_let_go(blog, feed, reader, engine):
    reader(), feed()
    engine(at(3, 15))
    for number in range(14):
        blog.post(f"new-{number}", f"Entry {number}")
    engine(at(20))
    (campaign,) = Campaign.objects.all()
    assert len(campaign.content["entries"]) == 10
    assert LocalMail.objects.count() == 1


def test_while_its_flow_is_off_it_waits_and_after_two_days_for_the_next_one(
    blog, feed, reader, engine
):
    reader(), feed()
    engine(at(3, 15))
    blog.post("new-1", "How we cook soap")
    Flow.objects.filter(key="feed_digest").update(status="off")
    engine(at(9))
    assert not Campaign.objects.exists()
    Flow.objects.filter(key="feed_digest").update(status="on")
    engine(at(10))
    assert not Campaign.objects.exists()
    engine(at(13))
    assert Campaign.objects.get().send_on == date(2026, 3, 12)
    assert LocalMail.objects.count() == 1


def test_an_engine_that_stood_still_catches_up_for_two_days(blog, feed, reader, engine, clock):
    reader(), feed()
    engine(at(3, 15))
    blog.post("new-1", "How we cook soap")
    engine(at(4, 3))
    clock.move_to(at(6, 9))
    engine(at(6, 21))
    assert Campaign.objects.get().send_on == date(2026, 3, 6)
    assert LocalMail.objects.count() == 1


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"status": 404}, "nothing at this address"),
        ({"status": 500}, "in trouble"),
        ({"body": A_BOMB}, "entities of its own"),
        ({"body": OUTSIDE}, "entities of its own"),
        ({"body": b"<html><body>Hello</body></html>"}, "web page"),
        ({"body": b"<!doctype html><p>Hello<br>"}, "web page"),
        ({"body": b"<rss><channel>"}, "broken"),
        ({"body": b"<x>" * 100_000}, "This is no feed"),
        ({"body": b"<rss>" + b"<x>" * 100_000}, "nested too deeply"),
        ({"body": b"<rss>" + b"<item><link>https://x.example/</link></item>" * 3}, "broken"),
        ({"body": b" " * 2_000_001}, "larger than 2 MB"),
        (
            {"body": gzip.compress(b" " * 300_000_000), "headers": {"Content-Encoding": "gzip"}},
            "larger than 2 MB",
        ),
        ({"body": b"no", "headers": {"Content-Encoding": "gzip"}}, "cannot be unpacked"),
        ({"status": 302, "headers": {"Location": "file:///etc/passwd"}}, "no web address"),
        ({"status": 302, "headers": {"Location": "/feed"}}, "without an end"),
        ({"body": b'<?xml version="1.0" encoding="utf-7"?><rss/>'}, "letters"),
    ],
)
def test_what_cannot_be_read_is_told_in_words_and_tried_ever_more_rarely(
    blog, feed, engine, answer, says
):
    row = feed()
    for name, value in answer.items():
        setattr(blog, name, value)
    run_chore(name="feeds", now=real_now())
    row.refresh_from_db()
    assert says in row.error
    assert (row.failures, row.read_at) == (1, None)
    asked = len(blog.asked)
    engine(at(5))
    assert len(blog.asked) - asked < 8 * max(asked, 1)
    blog.status, blog.body, blog.headers = 200, None, {}
    engine(at(8))
    row.refresh_from_db()
    assert (row.error, row.failures) == ("", 0)
    assert row.entries.get().is_archive  # the first time that it could be read


def test_a_redirect_into_our_own_network_is_refused(feed, monkeypatch, settings, clock):
    row = feed(url="https://blog.example/feed")
    settings.OUTBOUND_TO_PRIVATE = False

    def network(*, url: str, **more) -> Answer:
        if url == "https://blog.example/feed":
            return Answer(301, {"location": "https://169.254.169.254/latest/meta-data"}, b"")
        return call(url=url, **more)

    monkeypatch.setattr(fetching, "call", network)
    run_chore(name="feeds", now=real_now())
    row.refresh_from_db()
    assert "private network" in row.error


def test_what_a_stranger_wrote_stays_text(blog, feed, reader, engine):
    reader(), feed()
    engine(at(3, 15))
    blog.post("evil", "{{ 6 | times: 7 }} <script>alert(1)</script>{% raw %}\u202ecod.exe")
    engine(at(6))
    mail = LocalMail.objects.get()
    assert mail.subject.startswith("{{ 6 | times: 7 }}")
    assert "\u202e" not in mail.subject
    assert "<script>alert" not in text_of(mail)
