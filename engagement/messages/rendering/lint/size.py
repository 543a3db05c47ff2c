"""Too long for a line, a phone, or a mail program's patience."""

from collections.abc import Iterator

from engagement.messages.rendering.lint.piece import Finding, Piece
from engagement.messages.rendering.render import MAX_HTML

LONG_SUBJECT = 60
SHORT_PREHEADER, LONG_PREHEADER = 20, 140
LONG_BUTTON = 30


def check(piece: Piece) -> Iterator[Finding]:
    mail = piece.mails.get("full")
    if mail is None:
        return
    size = len(mail.html.encode())
    if size > MAX_HTML:
        yield Finding(
            "error",
            f"The mail has {size // 1000} KB; from {MAX_HTML // 1000} KB on Gmail cuts it off.",
        )
    if len(mail.subject) > LONG_SUBJECT:
        yield Finding(
            "warning",
            f"The subject has {len(mail.subject)} characters; phones show about "
            f"{LONG_SUBJECT - 20} to {LONG_SUBJECT}.",
            "subject",
        )
    if not SHORT_PREHEADER <= len(mail.preheader) <= LONG_PREHEADER:
        yield Finding(
            "warning",
            f"The preview line has {len(mail.preheader)} characters; best are {SHORT_PREHEADER} to "
            f"{LONG_PREHEADER}.",
            "preheader",
        )
    elif " ".join(mail.preheader.split()) in " ".join(mail.text.split()):
        yield Finding(
            "warning", "The preview line says again what the mail begins with.", "preheader"
        )
    button = "".join(piece.lines("button"))
    if "{" not in button and len(button) > LONG_BUTTON:
        yield Finding("warning", "The button has many words; two to four are best.", "button")
