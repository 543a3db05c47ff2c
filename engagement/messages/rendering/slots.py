"""The texts of a mail that can be rewritten, and what a rewriting may hold: {slot: text}.

Plain functions over plain data: the mail editor uses them, and whatever else lets people write mails.
"""

from collections.abc import Mapping
from typing import Any

from engagement.messages.rendering.copy import SHARED, strings
from engagement.messages.rendering.structure import TEMPLATES

PICTURE_ALT = "picture_alt"
MAY_BE_EMPTY = frozenset({"preheader", "paragraphs", PICTURE_ALT})
LONGEST_TEXT = 4_000
MOST_PARAGRAPHS = 30

TITLES = {
    "subject": "Subject",
    "preheader": "Preview line (after the subject, in the list of mails)",
    "heading": "Heading",
    "paragraphs": "Paragraphs",
    "button": "Button",
    "reason": "Why they get this mail",
    PICTURE_ALT: "The picture in words (for those who do not see it)",
}


class BadCopy(Exception):
    """Texts that fit no mail; says why, in words for the merchant."""


def mail_keys() -> list[str]:
    """Every mail that there are words for."""
    folders = (TEMPLATES / "emails").glob("[a-z]*/copy/en.toml")
    return sorted(path.parent.parent.name for path in folders)


def title_of(slot: str) -> str:
    """What a merchant calls a slot."""
    return TITLES.get(slot) or slot.replace("_", " ").capitalize()


def shipped_texts(*, template: str, language: str) -> dict[str, str | list[str]]:
    """What can be rewritten, with the shipped texts: in `language`, else the English ones.

    Empty for an unknown mail. A mail has one slot more than it ships: its picture in words.
    """
    english = strings(template, "en") or {}
    texts = {**english, **(strings(template, language) or {})}
    if texts and template != SHARED:
        texts[PICTURE_ALT] = ""
    return texts


def as_typed(text: str | list[str]) -> str:
    """A text as it stands in a field: paragraphs with an empty line between them."""
    return text if isinstance(text, str) else "\n\n".join(text)


def read_typed(typed: str, *, many: bool) -> str | list[str]:
    """What was typed, as a text: paragraphs where the slot has many, else one line."""
    lines = [line.strip() for line in typed.replace("\r", "").strip().split("\n")]
    if not many:
        return " ".join(line for line in lines if line)
    paragraphs = [""]
    for line in lines:
        if line:
            paragraphs[-1] = f"{paragraphs[-1]} {line}".strip()
        elif paragraphs[-1]:
            paragraphs.append("")
    return [paragraph for paragraph in paragraphs if paragraph]


def cleaned_words(
    *, template: str, language: str, words: Mapping[str, Any]
) -> dict[str, str | list[str]]:
    """`words` that differ from the shipped ones, each as its slot asks. Raises `BadCopy`."""
    shipped = shipped_texts(template=template, language=language)
    if not shipped:
        raise BadCopy(f"There is no mail “{template[:40]}”.")
    kept: dict[str, str | list[str]] = {}
    for name, text in words.items():
        if name not in shipped:
            raise BadCopy(f"This mail has no text “{name[:40]}”.")
        kept[name] = _cleaned(name, text, many=isinstance(shipped[name], list))
    return {name: text for name, text in kept.items() if text != shipped[name]}


def _cleaned(name: str, text: Any, *, many: bool) -> str | list[str]:
    one_by_one = text if many else [text]
    if not isinstance(one_by_one, list) or not all(isinstance(one, str) for one in one_by_one):
        raise BadCopy(f"“{title_of(name)}” is no text.")
    if len(one_by_one) > MOST_PARAGRAPHS or sum(map(len, one_by_one)) > LONGEST_TEXT:
        raise BadCopy(
            f"“{title_of(name)}” is too long: at most {LONGEST_TEXT} characters in "
            f"{MOST_PARAGRAPHS} paragraphs."
        )
    texts = [one.strip() for one in one_by_one if one.strip()]
    if not texts and name not in MAY_BE_EMPTY:
        raise BadCopy(f"“{title_of(name)}” cannot be empty.")
    return texts if many else next(iter(texts), "")
