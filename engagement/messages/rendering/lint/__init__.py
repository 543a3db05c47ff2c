"""The checks of a mail before it goes live: one rule a file, listed here.

`lint` takes plain texts by slot and knows nothing of stores, so that whatever lets people write
mails can ask it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engagement.messages.rendering.broken import TemplateBroken
from engagement.messages.rendering.copy import SHARED
from engagement.messages.rendering.lint import (
    clients,
    links,
    liquid,
    size,
    spam,
    unknown_names,
    way_out,
)
from engagement.messages.rendering.lint.piece import Finding, Piece
from engagement.messages.rendering.own_copy import LOOK, SHIPPED, OwnCopy, OwnText
from engagement.messages.rendering.render import MARKETING, render
from engagement.messages.rendering.samples import SAMPLES
from engagement.messages.rendering.slots import shipped_texts
from engagement.messages.rendering.style import LINKS
from engagement.messages.rendering.try_words import try_words

__all__ = ["RULES", "Finding", "lint"]

RULES: tuple[Callable[[Piece], Iterator[Finding]], ...] = (
    liquid.check,
    unknown_names.check,
    links.check,
    way_out.check,
    size.check,
    spam.check,
    clients.check,
)
ORDER = {"error": 0, "warning": 1, "note": 2}


def lint(
    *,
    template: str,
    language: str,
    words: Mapping[str, str | Sequence[str]],
    look: Mapping[str, Any] | None = None,
    mime_of: Callable[[Any], bytes] | None = None,
) -> list[Finding]:
    """What speaks against the mail `template` with the own `words` (by slot) and `look`; the worst
    first. Runs a child process and takes about a second.

    `mime_of` makes the whole message of a rendering, for filters that judge messages. Nothing is
    asked of the network.
    """
    look = dict(look or {})
    # A link may name values, too.
    told = {name: str(look[name]) for name in LINKS if "{" in str(look.get(name, ""))}
    texts = {**shipped_texts(template=template, language=language), **words}
    piece = Piece(
        template=template,
        language=language,
        texts=texts,
        own=list(words),
        look=look,
        tried=try_words(texts={**words, **told}, language=language) if words or told else {},
        is_marketing=template in MARKETING,
    )
    if template != SHARED and not any(tried.error for tried in piece.tried.values()):
        piece = _rendered(piece, mime_of)
    found = [finding for rule in RULES for finding in rule(piece)]
    return sorted(dict.fromkeys(found), key=lambda finding: ORDER[finding.level])


def _as_shipped(piece: Piece) -> OwnCopy:
    """Our own words and structure, with a plain picture where the shop has one."""
    if not piece.look.get("picture_url"):
        return SHIPPED
    plain = {"picture_url": "https://shop.example/plain.jpg"}
    if piece.look.get("picture_link"):
        plain["picture_link"] = "https://shop.example/"
    return OwnCopy({(piece.template, LOOK): OwnText(0, plain)})


def _rendered(piece: Piece, mime_of: Callable[[Any], bytes] | None) -> Piece:
    own = OwnCopy(
        {
            (piece.template, piece.language): OwnText(0, {n: piece.texts[n] for n in piece.own}),
            (piece.template, LOOK): OwnText(0, piece.look),
        }
    )

    def written(sample: str, with_own: OwnCopy) -> Any:
        return render(
            template=piece.template,
            language=piece.language,
            context=SAMPLES[sample](),
            own=with_own,
        )

    try:
        mails = {sample: written(sample, own) for sample in SAMPLES}
        shipped = written("full", _as_shipped(piece))
    except TemplateBroken:  # nothing of the shop's: what is its own falls back
        return piece
    mime = mime_of(mails["full"]) if mime_of else b""
    return replace(piece, mails=mails, shipped=shipped, mime=mime)
