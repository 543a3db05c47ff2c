"""Links that lead nowhere, are missing, or stand where they are only text."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from engagement.messages.rendering.lint.piece import Finding, Piece
from engagement.messages.rendering.plain_data import web_address
from engagement.messages.rendering.style import LINKS

_link = re.compile(r"https?:\S+|\bwww\.\S+", re.IGNORECASE)
_value = re.compile(r"\{\{.*?\}\}")
_nowhere = re.compile(
    r"(^|\.)(example\.(com|org|net)|localhost|test|invalid|local)$|^\d+\.\d+\.\d+\.\d+$"
)
PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp")


def check(piece: Piece) -> Iterator[Finding]:
    for name, title in LINKS.items():
        link = str(piece.look.get(name) or "")
        if link:
            yield from (Finding("error", f"{title}: {why}") for why in broken(link))
            yield from (Finding("warning", f"{title}: {why}") for why in doubtful(link))
    picture = str(piece.look.get("picture_url") or "")
    if picture and not urlsplit(picture).path.lower().endswith(PICTURES):
        yield Finding(
            "warning",
            "The picture's address does not end like a picture (.jpg, .png, .gif). Is it one?",
        )
    if picture and not piece.lines("picture_alt")[0].strip():
        yield Finding(
            "warning",
            "The picture has no words: who does not see pictures learns nothing of it.",
            "picture_alt",
        )
    if piece.look.get("picture_link") and not picture:
        yield Finding("warning", "The picture's link is set, but there is no picture.")
    for slot in piece.own:
        for text in piece.lines(slot):
            for link in _link.findall(text):
                for why in broken(link.rstrip(".,;:!?)”\"'")):
                    yield Finding("error", f"“{link[:60]}”: {why}", slot)
                yield Finding(
                    "warning",
                    f"“{link[:60]}” stands in the text, where it is no link in every mail program. "
                    "Set it as the button's or the picture's link.",
                    slot,
                )


def broken(link: str) -> Iterator[str]:
    """Why a link cannot work; nothing where it can. The network is not asked."""
    plain = _value.sub("x", link)
    plain = f"https://{plain}" if plain.lower().startswith("www.") else plain
    host = urlsplit(plain).hostname or "" if web_address(plain) else ""
    if not host:
        yield "this is no web address."
    elif "." not in host or _nowhere.search(host):
        yield f"“{host}” can be reached by nobody but you."


def doubtful(link: str) -> Iterator[str]:
    """What is odd about a link that may work."""
    if link.startswith("http://"):
        yield "it is not encrypted (http://); many mail programs warn of such links."
    if "utm_" not in link and len(link) > 400:
        yield "it is very long; some mail programs break it."
