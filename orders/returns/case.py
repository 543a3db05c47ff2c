"""One line of an order that might come back, with everything that its rules may ask about. Plain and pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from orders.models import Order, OrderLine, ReturnPolicy, ReturnReason
from orders.returns.arrival import Arrival

No = Literal[
    "canceled", "not_goods", "not_sent", "nothing_left", "final_sale", "exempt", "too_late"
]
Look = Literal[
    "unpaid", "delivery_unknown", "product", "abroad", "many_returns", "value", "by_hand", "reason"
]
Verdict = Literal["yes", "no", "person"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a customer wants to send back of one line. `variant_id`: what they want instead."""

    line_id: int
    quantity: Decimal
    reason_key: str = ""
    words: str = ""
    variant_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`pieces_left`: how many may still come back. `deadline` is the last day, `is_over` whether it
    has passed. `amount_minor`: what the return is worth; `earlier_returns`: of this customer, within
    a year. `reason` is known once it was chosen."""

    order: Order
    line: OrderLine
    policy: ReturnPolicy
    arrival: Arrival | None
    deadline: date | None
    is_over: bool
    pieces_left: int
    amount_minor: int
    earlier_returns: int
    home_country: str
    reason: ReturnReason | None = None
    now: datetime

    @property
    def product_rule(self) -> str:
        product = self.line.product
        return product.return_rule if product is not None else ""


NoRule = Callable[[Case], No | None]
LookRule = Callable[[Case], Look | None]
