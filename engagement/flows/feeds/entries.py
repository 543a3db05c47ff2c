"""What a feed tells: plain text and web addresses, whatever stood in it."""

import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

LONGEST_TITLE, LONGEST_SUMMARY, LONGEST_URL = 200, 240, 1000
LOOKED_AT = 20_000
"""So many characters of a text are looked at; articles may stand in a feed as a whole."""
SILENT = re.compile(r"(?i)<(/?)(script|style)\b[^<>]*>")
TAG = re.compile(r"<[^<>]*>")
# Control signs, and those that turn the direction of the text around them.
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)
SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `key` is its identity in the feed; `twin` knows it again under another one."""

    key: str
    twin: str
    title: str
    url: str
    kind: str = "article"
    summary: str = ""
    image_url: str = ""
    published_at: datetime | None = None


def digest_of(*parts: str) -> str:
    """A short name of fixed length for what these say."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()


def plain(raw: str, *, longest: int) -> str:
    """`raw`, perhaps HTML, as one line of text of at most `longest` characters. In linear time."""
    text = "".join(_spoken(raw[:LOOKED_AT]))
    text = html.unescape(TAG.sub(" ", text))
    text = SPACE.sub(" ", UNPRINTABLE.sub(" ", TAG.sub(" ", text))).strip()
    if len(text) <= longest:
        return text
    head, _, _ = text[: longest - 1].rpartition(" ")
    return (head or text[: longest - 1]).rstrip(" ,;:–-") + "…"


def _spoken(raw: str) -> Iterator[str]:
    """What stands outside of scripts and styles."""
    at, inside = 0, False
    for tag in SILENT.finditer(raw):
        if not inside:
            yield raw[at : tag.start()] + " "
        inside = not tag.group(1)
        at = tag.end()
    if not inside:
        yield raw[at:]


def web_address(raw: str, *, base: str, only_https: bool = False) -> str:
    """`raw` as a whole web address, read from the page `base`; empty where it is none."""
    raw = raw.strip()
    if not raw or UNPRINTABLE.search(raw) or SPACE.search(raw):
        return ""
    try:
        whole = urljoin(base, raw)
        parts = urlsplit(whole)
        known = ("https",) if only_https else ("https", "http")
        good = parts.scheme in known and bool(parts.hostname) and parts.username is None
    except ValueError:
        return ""
    return whole if good and len(whole) <= LONGEST_URL else ""


def moment(raw: str) -> datetime | None:
    """A date as RSS (RFC 822) or Atom (RFC 3339) write it, in UTC; None where it is neither."""
    raw = raw.strip()[:64]
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(raw)
            if found.tzinfo is None:
                found = found.replace(tzinfo=UTC)
            found = found.astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
        return found if 1990 <= found.year <= 2200 else None
    return None
