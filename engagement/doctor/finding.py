"""What a check finds: a line with a mark, and what to do about it."""

from dataclasses import dataclass
from typing import Literal

Mark = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's report. `advice` says what to do where the mark is not ``ok``."""

    mark: Mark
    about: str
    found: str
    advice: str = ""
