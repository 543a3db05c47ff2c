"""Fetching a feed: over the public internet only, small, soon, and not at all when it is unchanged."""

import zlib
from dataclasses import dataclass

from core.outbound import Answer, Forbidden, Unreachable, call
from engagement.flows.feeds.entries import web_address

SECONDS = 8.0
MOST_BYTES = 2_000_000
REDIRECTS = 3
MOVED = (301, 302, 303, 307, 308)
LONGEST_TAG = 200


class NotFetched(Exception):
    """It could not be had. The message is fit for the merchant."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came, and what the server wants to be told next time. `body` is None when all is as before."""

    url: str
    body: bytes | None
    etag: str = ""
    last_modified: str = ""


def fetch(*, url: str, etag: str = "", last_modified: str = "") -> Fetched:
    """Get the feed. Each redirect is judged like an address typed in. Raises `NotFetched`. Never in a
    transaction."""
    headers = {
        "User-Agent": "Afterglow (feed reader)",
        "Accept": "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5",
        "Accept-Encoding": "gzip",
    }
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    at = url
    for _ in range(REDIRECTS + 1):
        answer = _call(at, headers)
        if answer.status in MOVED:
            at = web_address(answer.headers.get("location", ""), base=at)
            if not at:
                raise NotFetched("It sends us on to something that is no web address.")
            continue
        if answer.status == 304:
            return Fetched(at, None, etag, last_modified)
        if not answer.is_well:
            raise NotFetched(_words(answer.status))
        return Fetched(
            at,
            _whole(answer),
            _short(answer.headers.get("etag", "")),
            _short(answer.headers.get("last-modified", "")),
        )
    raise NotFetched("It sends us on from one address to the next without an end.")


def _call(url: str, headers: dict[str, str]) -> Answer:
    try:
        return call(
            method="GET", url=url, headers=headers, seconds=SECONDS, most_bytes=MOST_BYTES + 1
        )
    except (Forbidden, Unreachable) as error:
        raise NotFetched(str(error)) from error


def _whole(answer: Answer) -> bytes:
    body = answer.body
    too_large = (
        f"It is larger than {MOST_BYTES // 1_000_000} MB. A feed with the latest entries is small."
    )
    if len(body) > MOST_BYTES:
        raise NotFetched(too_large)
    if answer.headers.get("content-encoding", "").strip().lower() in ("gzip", "x-gzip"):
        unpack = zlib.decompressobj(wbits=31)
        try:
            body = unpack.decompress(body, MOST_BYTES + 1)
        except zlib.error as error:
            raise NotFetched("It came packed and cannot be unpacked.") from error
        if len(body) > MOST_BYTES or unpack.unconsumed_tail:
            raise NotFetched(too_large)
    return body


def _short(value: str) -> str:
    return value if len(value) <= LONGEST_TAG else ""


def _words(status: int) -> str:
    match status:
        case 401 | 403:
            return f"The server does not let us read it ({status})."
        case 404 | 410:
            return f"There is nothing at this address ({status})."
        case 429:
            return "The server asks us to come less often (429)."
        case _ if status >= 500:
            return f"The server is in trouble ({status})."
    return f"The server answered with {status}."
