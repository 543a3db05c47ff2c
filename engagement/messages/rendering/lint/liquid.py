"""Words that cannot be read or filled, and filters that there are not."""

from collections.abc import Iterator

from engagement.messages.rendering.lint.piece import Finding, Piece
from engagement.messages.rendering.slots import title_of
from engagement.messages.rendering.style import LINKS


def check(piece: Piece) -> Iterator[Finding]:
    for slot, tried in piece.tried.items():
        if tried.error:
            title = LINKS.get(slot) or title_of(slot)
            yield Finding("error", f"“{title}” cannot be used: {tried.error}", slot)
