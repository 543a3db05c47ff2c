"""The public news of guides."""

from dataclasses import dataclass
from typing import ClassVar

from core.events.wiring import News


@dataclass(frozen=True)
class GuideDidNotHelp(News):
    """A reader said that a guide did not help; with `has_words`, also what was missing."""

    name: ClassVar[str] = "guide.did_not_help"
    guide_id: int
    answer_id: int
    customer_id: int | None
    has_words: bool
