"""What a planner answers: one start of a flow, before its steps become promises."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engagement.flows.planning.entry import Entry, LiveFlow


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A flow begins for `subject`; with `occurrence` the only time it does.

    `setting_days` are the days of the flow's setting (review delay, replenishment interval).
    `not_before` holds its first mail back. `steps` are those it has, all if empty. `is_estimate` when
    the anchor may still move. `ended` as (reason, detail) when it is already clear that nothing will
    be sent: the row is written anyway, so that people see why.
    """

    subject: str
    anchor_at: datetime
    occurrence: str = "0"
    setting_days: int | None = None
    not_before: datetime | None = None
    is_estimate: bool = False
    steps: frozenset[str] = frozenset()
    facts: Mapping[str, Any] = field(default_factory=dict)
    ended: tuple[str, str] | None = None


Planner = Callable[[Entry, LiveFlow], list[Start]]
