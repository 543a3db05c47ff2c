"""What the mail programs that the shop cares about cannot show, by caniemail.com's tables.

`caniemail.json` holds what of caniemail (MIT licence, see the file) a mail of ours can meet:
feature → title and the programs that do not (``n``) or only partly (``a``) support it.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from engagement.messages.rendering.lint.piece import Finding, Piece

CLIENTS = {
    "apple-mail": "Apple Mail",
    "gmail": "Gmail",
    "outlook": "Outlook",
    "yahoo": "Yahoo! Mail",
    "samsung-email": "Samsung Email",
    "thunderbird": "Thunderbird",
    "gmx": "GMX",
    "web-de": "WEB.DE",
    "t-online-de": "T-online.de",
    "orange": "Orange",
    "laposte": "LaPoste.net",
    "wp-pl": "WP.pl",
    "mail-ru": "Mail.ru",
    "protonmail": "Proton Mail",
    "fastmail": "Fastmail",
    "hey": "HEY",
    "aol": "AOL",
}
PLACES = {
    "android": "Android",
    "ios": "iPhone",
    "macos": "Mac",
    "windows": "Windows",
    "windows-mail": "Windows Mail",
    "outlook-com": "in the browser",
    "desktop-app": "computer",
    "desktop-webmail": "in the browser",
    "webmail": "in the browser",
    "mobile-webmail": "browser of a phone",
}
USUAL = ("apple-mail", "gmail", "outlook", "samsung-email", "thunderbird", "yahoo")
_declared = re.compile(r"(?<![\w-])([a-z-]+)\s*:\s*([^;{}]*)")
_picture = re.compile(r"\.(jpe?g|png|gif|webp|avif|svg|bmp|tiff?|heif|ico|apng|mp4)$")
SAME = {"jpeg": "jpg", "tif": "tiff"}


def check(piece: Piece) -> Iterator[Finding]:
    mail = piece.mails.get("full")
    if mail is None or piece.shipped is None:
        return
    wanted = tuple(piece.look.get("clients") or USUAL)
    ours = features(piece.shipped.html)
    used = features(mail.html)
    for slug, words in told(sorted(used - ours), wanted):
        yield Finding("warning", f"{words} (caniemail.com/features/{slug})")
    known = [slug for slug, _words in told(sorted(used & ours), wanted)]
    if known:
        yield Finding(
            "note",
            f"{len(known)} details of our structure (such as {_title(known[0])}) show simpler in some "
            "of the mail programs you care about; it is built to bear that.",
        )


def _title(slug: str) -> str:
    return str(_tables()["features"][slug]["title"])


def told(slugs: Iterable[str], wanted: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Of these features those that some of the `wanted` programs lack, in words."""
    for slug in slugs:
        known = _tables()["features"].get(slug, {})
        lacking = [
            _named(family, platforms)
            for family in wanted
            if (platforms := [one[1] for one in _split(known) if one[0] == family])
        ]
        if lacking:
            yield slug, f"“{known['title']}” is not shown by {', '.join(lacking)}"


def _split(known: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (family, platform) for family, _, platform in (n.partition(".") for n in known.get("n", ()))
    ]


def _named(family: str, platforms: list[str]) -> str:
    name = CLIENTS.get(family, family)
    places = [PLACES.get(platform, platform) for platform in platforms]
    return f"{name} ({', '.join(places)})" if len(places) <= 2 else name


@lru_cache(maxsize=1)
def _tables() -> dict[str, Any]:
    path = Path(__file__).with_name("caniemail.json")
    return dict(json.loads(path.read_text(encoding="utf-8")))


class _Reader(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.css: list[str] = []
        self.in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.in_style = tag == "style"
        self.found |= {f"html-{tag}", *(f"html-{name}" for name, _ in attrs)}
        for name, value in attrs:
            if name == "style":
                self.css.append(value or "")
            if name in {"src", "background"} and value:
                self.found |= _format(value)

    def handle_endtag(self, tag: str) -> None:
        self.in_style = False

    def handle_data(self, data: str) -> None:
        if self.in_style:
            self.css.append(data)


def _format(address: str) -> set[str]:
    if address.startswith("data:"):
        return {"image-base64"}
    found = _picture.search(address.split("?")[0].split("#")[0].lower())
    return {f"image-{SAME.get(found[1], found[1])}"} if found else set()


def features(page: str) -> set[str]:
    """The features, by caniemail's slugs, that an HTML page uses and the tables know."""
    reader = _Reader()
    reader.feed(page)
    used = reader.found
    for sheet in reader.css:
        for name, value in _declared.findall(sheet):
            used |= {
                f"css-{name}",
                f"css-{name}-{value.strip().split()[0] if value.strip() else ''}",
            }
        used |= {f"css-at-{name}" for name in re.findall(r"@([a-z-]+)", sheet)}
        used |= {f"css-{name}" for name in re.findall(r"([a-z]+-gradient)\(", sheet)}
        if "prefers-color-scheme" in sheet:
            used.add("css-at-media-prefers-color-scheme")
    return used & set(_tables()["features"])
