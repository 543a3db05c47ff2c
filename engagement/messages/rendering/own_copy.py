"""What one store has changed in its mails, as it is at one moment: words and look."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engagement.messages.rendering.copy import SHARED, Slot, chosen_words, words_of

LOOK = ""
"""In the place of a language: what is the same in all of them (picture, link, colours, blocks)."""


@dataclass(frozen=True, slots=True)
class OwnText:
    """The content of one version: slots to texts, or the look. `version` is the row's id."""

    version: int
    content: Mapping[str, Any]


class OwnCopy:
    """A store's own words and looks, by (mail, language). Words are parsed once and kept."""

    def __init__(self, texts: Mapping[tuple[str, str], OwnText]) -> None:
        self.texts = dict(texts)
        self.told: set[int] = set()
        """Versions of which it is known already that they are broken."""
        self._words: dict[tuple[str, tuple[str, ...]], dict[str, Slot]] = {}
        self._looks: dict[str, dict[str, Any]] = {}

    def strings(self, template: str, language: str) -> tuple[int, Mapping[str, Any]] | None:
        """The own strings of (mail, language) with their version, or None."""
        found = self.texts.get((template, language))
        return (found.version, found.content) if found else None

    def words(self, template: str, languages: tuple[str, ...]) -> dict[str, Slot]:
        """Every slot of a mail, own words before shipped ones."""
        if not self.texts:
            return words_of(template, languages)
        key = (template, languages)
        if key not in self._words:
            self._words[key] = chosen_words(
                template=template, languages=languages, own=self.strings
            )
        return self._words[key]

    def look(self, template: str) -> dict[str, Any]:
        """The look of a mail: that of all mails, and over it the mail's own."""
        if not self.texts:
            return {}
        if template not in self._looks:
            for_all = self.texts.get((SHARED, LOOK))
            for_this = self.texts.get((template, LOOK))
            self._looks[template] = {
                **(for_all.content if for_all else {}),
                **(for_this.content if for_this else {}),
                "hidden": sorted(
                    {
                        name
                        for text in (for_all, for_this)
                        if text is not None
                        for name in text.content.get("hidden", ())
                    }
                ),
            }
        return self._looks[template]


SHIPPED = OwnCopy({})
"""Nothing changed."""
