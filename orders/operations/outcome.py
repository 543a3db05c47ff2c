"""What became of a piece of news."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Outcome:
    """Applied, or ignored with the reason a merchant reads. `order_id` where it was about an order."""

    status: Literal["applied", "ignored"]
    reason: str = ""
    order_id: int | None = None


def kept_or_known(*, recorded: int, newer: bool, order_id: int) -> Outcome:
    """The outcome of news that may be old: applied when it was newer or brought a fact to light."""
    if newer or recorded:
        return Outcome("applied", order_id=order_id)
    return Outcome("ignored", "Nothing new: the same or newer news is known.", order_id)
