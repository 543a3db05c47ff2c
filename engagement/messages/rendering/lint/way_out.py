"""Marketing must say how to leave, in both parts."""

from collections.abc import Iterator

from engagement.messages.rendering.lint.piece import Finding, Piece
from engagement.messages.rendering.samples import UNSUBSCRIBE


def check(piece: Piece) -> Iterator[Finding]:
    for sample, mail in piece.mails.items():
        if piece.is_marketing and not (UNSUBSCRIBE in mail.html and UNSUBSCRIBE in mail.text):
            yield Finding("error", f"It does not say how to unsubscribe ({sample} sample).")
            return
