"""What the checks of a mail read, and what they find."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from engagement.messages.rendering.render import Rendered
from engagement.messages.rendering.try_words import Tried

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a mail: an ``error`` (it may not go live), a ``warning`` or a ``note``.

    `slot` is the text it is about; empty for the mail as a whole.
    """

    level: Level
    words: str
    slot: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One mail in one language, as it would be.

    `texts` are all its texts, `own` the names of those that are not as shipped; `tried` tells what
    the child process found about the own ones. `mails` are its renderings by sample, `shipped` the
    rendering of the full sample as we ship it; both are empty where it cannot be rendered.
    """

    template: str
    language: str
    texts: Mapping[str, str | Sequence[str]]
    own: Sequence[str] = ()
    look: Mapping[str, Any] = field(default_factory=dict)
    tried: Mapping[str, Tried] = field(default_factory=dict)
    mails: Mapping[str, Rendered] = field(default_factory=dict)
    shipped: Rendered | None = None
    is_marketing: bool = False
    mime: bytes = b""

    def lines(self, slot: str) -> list[str]:
        """A text as a list of strings."""
        text = self.texts.get(slot, "")
        return [text] if isinstance(text, str) else list(text)
