"""Feeds as people write them, and as nobody should: read as plain text, or refused in words."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.flows.feeds.entries import (
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    LONGEST_URL,
    UNPRINTABLE,
    moment,
    plain,
    web_address,
)
from engagement.flows.feeds.read_feed import MOST_ENTRIES, FeedText, NoFeed, read_feed

AT = "https://shop.example/blog/feed"

RSS = b"""<?xml version="1.0" encoding="windows-1250"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"
     xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
     xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>Blog &amp; co</title><link>https://shop.example/</link>
<image><title>Logo</title><url>https://shop.example/logo.png</url></image>
<item><title>P\xf8\xed\x9aern\xec \x9elu\x9dou\xe8k\xfd</title><link>/blog/one</link>
 <guid isPermaLink="false">77</guid><pubDate>Tue, 03 Mar 2026 08:00:00 +0100</pubDate>
 <description><![CDATA[<p>Hello <b>you</b>.</p><script>alert(1)</script>]]></description>
 <media:content url="https://shop.example/1.jpg" medium="image"/></item>
<item><title>Talk</title><guid>https://shop.example/talk</guid>
 <enclosure url="https://shop.example/talk.mp3" type="audio/mpeg" length="1"/>
 <itunes:image href="https://shop.example/talk.png"/><content:encoded>Said.</content:encoded></item>
<item><title>Bad link</title><link>javascript:alert(1)</link><guid>9</guid></item>
</channel></rss>"""

ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"
 xmlns:yt="http://www.youtube.com/xml/schemas/2015"><title>Channel</title>
<entry><id>yt:video:x</id><yt:videoId>x</yt:videoId><title>Film</title>
 <link rel="self" href="https://a.example/self"/><link rel="alternate" href="https://a.example/w?v=x"/>
 <author><name>Eva</name></author><published>2026-03-01T10:00:00+00:00</published>
 <media:group><media:title>Not this</media:title><media:description>About soap.</media:description>
 <media:thumbnail url="https://a.example/t.jpg"/></media:group></entry>
<entry><id>2</id><title type="html">Salt &amp;amp; &lt;i&gt;soap&lt;/i&gt;</title>
 <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One.</p><p>Two.</p></div></content>
 <updated>2026-02-01T10:00:00Z</updated></entry>
<entry><id>2</id><title>The same identity again</title></entry>
</feed>"""

RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Old</title></channel>
<item rdf:about="https://o.example/1"><title>First</title><link>https://o.example/1</link>
<dc:date>2026-01-01T00:00:00Z</dc:date></item></rdf:RDF>"""


def test_rss_as_shops_write_it():
    read = read_feed(body=RSS, url=AT)
    one, talk, bad = read.entries
    assert read.title == "Blog & co"
    assert (one.title, one.url) == ("Příšerně žluťoučký", "https://shop.example/blog/one")
    assert (one.summary, one.kind) == ("Hello you .", "article")
    assert one.image_url == "https://shop.example/1.jpg"
    assert one.published_at == datetime(2026, 3, 3, 7, tzinfo=UTC)
    assert (talk.kind, talk.url, talk.summary) == ("podcast", "https://shop.example/talk", "Said.")
    assert talk.image_url == "https://shop.example/talk.png"
    assert (bad.title, bad.url) == ("Bad link", "")


def test_atom_of_a_video_channel_and_of_a_blog():
    film, salt = read_feed(body=ATOM, url=AT).entries
    assert (film.title, film.kind, film.summary) == ("Film", "video", "About soap.")
    assert (film.url, film.image_url) == ("https://a.example/w?v=x", "https://a.example/t.jpg")
    assert (salt.title, salt.summary, salt.url) == ("Salt & soap", "One. Two.", "")
    assert salt.published_at == datetime(2026, 2, 1, 10, tzinfo=UTC)


def test_the_first_rss():
    (first,) = read_feed(body=RDF, url=AT).entries
    assert (first.title, first.url) == ("First", "https://o.example/1")
    assert first.published_at == datetime(2026, 1, 1, tzinfo=UTC)


def test_too_many_entries_are_refused_in_words():
    items = b"".join(b"<item><guid>%d</guid><title>%d</title></item>" % (n, n) for n in range(1001))
    with pytest.raises(NoFeed, match=f"more than {MOST_ENTRIES:,} entries"):
        read_feed(body=b"<rss><channel>" + items + b"</channel></rss>", url=AT)


def judge(read: FeedText) -> None:
    """What a mail may rely on."""
    keys = [entry.key for entry in read.entries]
    assert len(keys) == len(set(keys)) <= MOST_ENTRIES
    for entry in read.entries:
        assert 0 < len(entry.title) <= LONGEST_TITLE
        assert len(entry.summary) <= LONGEST_SUMMARY
        assert not UNPRINTABLE.search(entry.title + entry.summary)
        assert "\n" not in entry.title + entry.summary
        for address in (entry.url, entry.image_url):
            assert len(address) <= LONGEST_URL
            assert not address or address.startswith(("https://", "http://"))
        assert entry.kind in {"article", "video", "podcast"}
        assert entry.published_at is None or entry.published_at.tzinfo is UTC


@given(st.sampled_from([RSS, ATOM, RDF]), st.lists(st.tuples(st.integers(0, 3000), st.binary())))
def test_a_damaged_feed_is_read_or_refused_and_nothing_else(body, wounds):
    for place, scar in wounds:
        body = body[:place] + scar + body[place + len(scar) // 2 :]
    with suppress(NoFeed):
        judge(read_feed(body=body, url=AT))


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=600)


@given(title=TEXTS, link=TEXTS, guid=TEXTS, summary=TEXTS, date=TEXTS)
def test_any_text_in_any_place_stays_plain_text(title, link, guid, summary, date):
    def inside(text: str) -> str:
        clean = "".join(sign for sign in text if sign in "\t\n" or " " <= sign < "\ufffe")
        return clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    body = (
        f"<rss><channel><item><title>{inside(title)}</title><link>{inside(link)}</link>"
        f"<guid>{inside(guid)}</guid><description>{inside(summary)}</description>"
        f"<pubDate>{inside(date)}</pubDate></item></channel></rss>"
    )
    judge(read_feed(body=body.encode(), url=AT))


@given(TEXTS, st.integers(1, 300))
def test_plain_text_is_short_and_read_again_the_same(raw, longest):
    once = plain(raw, longest=longest)
    assert len(once) <= longest
    assert once == once.strip()


@given(TEXTS)
def test_dates_and_addresses_of_any_kind_end_in_nothing_or_something_sound(raw):
    assert (found := moment(raw)) is None or 1990 <= found.year <= 2200
    address = web_address(raw, base=AT)
    assert not address or address.startswith(("https://", "http://"))
