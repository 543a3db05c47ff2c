"""What a shop's help page answers, in a reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engagement.guides.models import HelpAnswer

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Answered:
    """A question and its answer; `language` is that of the words, which may not be the page's."""

    id: str
    question: str
    answer: str
    language: str


def answers_in(*, language: str, fallback: str) -> Sequence[Answered]:
    """Every answer that is no draft, in the merchant's order: one query. Inside the store's scope.

    An answer without the reader's language is given in `fallback` (the store's own), or in whatever
    language it has: better than not at all.
    """
    found = []
    for row in HelpAnswer.objects.shown()[:SHOWN]:
        spoken = _spoken(row.question, row.answer, first=language, second=fallback)
        if spoken:
            found.append(
                Answered(f"q-{row.public_id}", row.question[spoken], row.answer[spoken], spoken)
            )
    return found


def _spoken(
    question: Mapping[str, str], answer: Mapping[str, str], *, first: str, second: str
) -> str:
    """The language in which both are said; empty for none."""
    both = [code for code, text in question.items() if text and answer.get(code)]
    return next((code for code in (first, second, *both) if code in both), "")
