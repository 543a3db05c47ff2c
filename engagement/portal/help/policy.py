"""The returns policy as customers read it: in two lines, and in full."""

from dataclasses import dataclass

from core.stores.models import Store


@dataclass(frozen=True, slots=True)
class Policy:
    """What is said of returns; `language` is that of the two lines. Empty where nothing is said."""

    summary: str
    language: str


def policy_in(*, store: Store, language: str) -> Policy:
    """The merchant's own two lines in the reader's language, else in the store's, else in any."""
    said: dict[str, str] = store.returns_summary or {}
    for code in (language, store.default_language, *said):
        if text := str(said.get(code) or "").strip():
            return Policy(text, code)
    return Policy("", language)
