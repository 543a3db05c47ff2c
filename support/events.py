"""The public news of support."""

from dataclasses import dataclass
from typing import ClassVar

from core.events.wiring import News


@dataclass(frozen=True)
class ProblemReported(News):
    """A customer reported a problem with an order. Words and photos stay on the row of `problem_id`."""

    name: ClassVar[str] = "problem.reported"
    order_id: int
    customer_id: int | None
    problem_id: int
    kind: str
    line_ids: list[int]
    photos: int
