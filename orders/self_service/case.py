"""One wish about one order, with everything that its rules may ask about. Plain and pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from orders.models import Fulfillment, Order, SelfServicePolicy

Reason = Literal["canceled", "sent", "never", "too_late", "asked_already"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`can_be_handed_over`: a connection can do it, so that no person has to. `is_open`: the same
    was asked before and is not settled yet."""

    kind: str
    order: Order
    parcels: Sequence[Fulfillment]
    policy: SelfServicePolicy
    can_be_handed_over: bool
    is_open: bool
    now: datetime

    @property
    def deadline(self) -> datetime | None:
        return self.policy.deadline(kind=self.kind, placed_at=self.order.placed_at)


Rule = Callable[[Case], Reason | None]
