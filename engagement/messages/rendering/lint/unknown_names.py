"""Variables that there are not: they would leave a gap in the sentence."""

from collections.abc import Iterator

from engagement.messages.rendering.limits import FILTERS
from engagement.messages.rendering.lint.piece import Finding, Piece
from engagement.messages.rendering.variables import unknown

OUR_FILTERS = frozenset({"day", "date", "time", "money", "number", "quantity", "plural"})


def check(piece: Piece) -> Iterator[Finding]:
    for slot, tried in piece.tried.items():
        told = [unknown(template=piece.template, path=path) for path in tried.paths]
        told += [
            f"There is no filter “{name}”."
            for name in tried.filters
            if name not in FILTERS | OUR_FILTERS
        ]
        for words in dict.fromkeys(filter(None, told)):
            yield Finding("error", words, slot)
