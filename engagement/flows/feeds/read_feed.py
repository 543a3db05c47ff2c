"""Reading RSS (0.9x, 1.0, 2.0) and Atom, written by anybody.

Expat is asked directly, so that whatever could make a small file large is refused at its first sign:
entities of its own, deep nesting, endless entries. (What defusedxml does, plus the limits.)
"""

from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from engagement.flows.feeds.entries import (
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    Entry,
    digest_of,
    moment,
    plain,
    web_address,
)

MOST_ENTRIES = 1000
DEEPEST = 60
LONGEST_TEXT = 200_000  # of one element; more of it is not kept
ATOM, RSS1 = "http://www.w3.org/2005/Atom", "http://purl.org/rss/1.0/"
OWN = ("", ATOM, RSS1, "http://purl.org/atom/ns#", "http://backend.userland.com/rss2")
MEDIA = "http://search.yahoo.com/mrss/"
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
DUBLIN, CONTENT = "http://purl.org/dc/elements/1.1/", "http://purl.org/rss/1.0/modules/content/"
YOUTUBE = "http://www.youtube.com/xml/schemas/2015"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

# Elements of an entry → what they are, the first that says something wins.
FIELDS: dict[str, tuple[tuple[str, str], ...]] = {
    "id": (*((space, "guid") for space in OWN), *((space, "id") for space in OWN)),
    "title": (*((space, "title") for space in OWN), (MEDIA, "title")),
    "summary": (
        *((space, "summary") for space in OWN),
        *((space, "description") for space in OWN),
        *((MEDIA, "description"), (ITUNES, "summary"), (CONTENT, "encoded")),
        *((space, "content") for space in OWN),
    ),
    "date": (
        *((space, "pubDate") for space in OWN),
        *((space, "published") for space in OWN),
        *((DUBLIN, "date"), (ATOM, "updated")),
    ),
}
LINKS = tuple((space, "link") for space in OWN)
HEARD = frozenset({*(tag for tags in FIELDS.values() for tag in tags), *LINKS})


class NoFeed(ValueError):
    """This cannot be read as a feed. The message is fit for the merchant who typed its address."""


@dataclass(slots=True)
class FeedText:
    """A feed as it was read: its own title and its entries, in its order, each identity once."""

    title: str = ""
    entries: list[Entry] = field(default_factory=list)


def read_feed(*, body: bytes, url: str) -> FeedText:
    """What `body`, fetched from `url`, tells. Raises `NoFeed`."""
    reader = _Reader(url)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.EntityDeclHandler = _refuse
    parser.UnparsedEntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        if _is_page(body):
            raise NoFeed(
                "This is a web page, not a feed. A feed's address often ends with /feed, .rss, "
                ".atom or .xml."
            ) from error
        what = expat.ErrorString(error.code)
        raise NoFeed(f"Line {error.lineno} of it is broken ({what}).") from error
    except (LookupError, ValueError) as error:
        if isinstance(error, NoFeed):
            raise
        raise NoFeed("It is written in letters that we cannot read; UTF-8 is best.") from error
    return reader.feed


def _refuse(*_about: object) -> int:
    raise NoFeed("It brings entities of its own; such files are not read.")


def _is_page(body: bytes) -> bool:
    return b"<html" in body[:2000].lower() or b"<!doctype html" in body[:2000].lower()


class _Reader:
    """Gathers entries while the parser goes through the file."""

    def __init__(self, url: str) -> None:
        self.feed = FeedText()
        self._url = url
        self._path: list[tuple[str, str]] = []
        self._entry: dict[str, Any] | None = None
        self._depth = 0  # of the open entry
        self._into: list[str] | None = None
        self._ends_at = 0
        self._kept = 0
        self._seen: set[str] = set()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if not self._path and local not in ("rss", "RDF", "feed"):
            page = " but a web page" if local.lower() == "html" else ""
            raise NoFeed(f"This is no feed{page}.")
        self._path.append((space, local))
        if len(self._path) > DEEPEST:
            raise NoFeed("It is nested too deeply.")
        if self._entry is None:
            if space in OWN and local in ("item", "entry"):
                self._entry = {"texts": {}, "about": attributes.get(f"{RDF} about", "")}
                self._depth = len(self._path)
            elif space in OWN and local == "title" and not self.feed.title:
                self._catch([])
            return
        above = self._path[self._depth : -1]
        if self._into is None and (not above or above == [(MEDIA, "group")]):
            self._part(space, local, attributes)

    def _part(self, space: str, local: str, attributes: dict[str, str]) -> None:
        entry = self._entry or {}
        if (space, local) == (ATOM, "link") or (local == "link" and "href" in attributes):
            self._link(attributes)
        elif local == "enclosure" and space in OWN:
            self._enclosed(attributes.get("type", ""), attributes.get("url", ""))
        elif space == MEDIA and local in ("thumbnail", "content"):
            is_picture = local == "thumbnail" or attributes.get("medium") == "image"
            kind = "image/" if is_picture else attributes.get("type", attributes.get("medium", ""))
            self._enclosed(kind, attributes.get("url", ""))
        elif (space, local) == (ITUNES, "image"):
            self._enclosed("image/", attributes.get("href", ""))
        else:
            if space == YOUTUBE:
                entry["kind"] = "video"
            if attributes.get("isPermaLink", "").lower() == "true":
                entry["permalink"] = True
            if (space, local) in HEARD:
                self._catch(entry["texts"].setdefault((space, local), []))

    def _link(self, attributes: dict[str, str]) -> None:
        relation = attributes.get("rel", "alternate")
        if relation == "enclosure":
            self._enclosed(attributes.get("type", ""), attributes.get("href", ""))
        elif relation == "alternate" and self._entry is not None:
            self._entry.setdefault("link", attributes.get("href", ""))

    def _enclosed(self, kind: str, url: str) -> None:
        if self._entry is None:
            return
        if kind.startswith("image"):
            self._entry.setdefault("image", url)
        elif kind.startswith(("audio", "video")):
            is_audio = kind.startswith("audio")
            self._entry.setdefault("kind", "podcast" if is_audio else "video")

    def _catch(self, into: list[str]) -> None:
        self._into, self._ends_at, self._kept = into, len(self._path), 0

    def text(self, data: str) -> None:
        if self._into is not None and self._kept < LONGEST_TEXT:
            self._into.append(data)
            self._kept += len(data)

    def end(self, _name: str) -> None:
        at = len(self._path)
        if self._into is not None:
            if at > self._ends_at:
                self._into.append(" ")  # an element inside, as in XHTML, parts words
            else:
                if self._entry is None:
                    self.feed.title = plain("".join(self._into), longest=LONGEST_TITLE)
                self._into = None
        if self._entry is not None and at == self._depth:
            self._close(self._entry)
            self._entry = None
        self._path.pop()

    def _close(self, raw: dict[str, Any]) -> None:
        said = {
            name: next((text for tag in tags if (text := _said(raw, tag))), "")
            for name, tags in FIELDS.items()
        }
        link = raw.get("link") or next((text for tag in LINKS if (text := _said(raw, tag))), "")
        is_address = said["id"].startswith(("https://", "http://"))
        if not link and (raw.get("permalink") or is_address):
            link = said["id"]
        title = plain(said["title"], longest=LONGEST_TITLE)
        summary = plain(said["summary"], longest=LONGEST_SUMMARY)
        url = web_address(link, base=self._url)
        identity = said["id"] or raw["about"] or link or f"{title}\n{said['date']}\n{summary}"
        if not title and not url:
            return  # nothing to show and nowhere to go
        entry = Entry(
            key=digest_of(identity),
            twin=digest_of(url, title),
            title=title or plain(summary, longest=80) or url[:LONGEST_TITLE],
            url=url,
            kind=raw.get("kind", "article"),
            summary=summary,
            image_url=web_address(raw.get("image", ""), base=self._url, only_https=True),
            published_at=moment(said["date"]),
        )
        if not {entry.key, entry.twin} & self._seen:
            self.feed.entries.append(entry)
        self._seen |= {entry.key, entry.twin}
        if len(self.feed.entries) > MOST_ENTRIES:
            raise NoFeed(
                f"It has more than {MOST_ENTRIES:,} entries. Give the address of a feed with the "
                "latest ones."
            )


def _said(raw: dict[str, Any], tag: tuple[str, str]) -> str:
    return "".join(raw["texts"].get(tag, ())).strip()
