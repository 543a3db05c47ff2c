"""What a customer may do about an order: what comes back, until when, and why not. Plain results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from orders.models import Order, OrderLine, Return, ReturnPolicy, ReturnReason
from orders.returns.case import Case, Verdict, Wanted
from orders.returns.judge import why_look
from orders.returns.worth import pieces_of, size_of, worth_of_pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRuling:
    """One line. `reason`: why not, or the first reason why a person looks; `because`: all of those.

    `returnable` pieces' quantity may come back until the end of the day `deadline` (the customer's);
    `is_estimated`: reckoned from the dispatch. `free` are the numbers of the pieces, `worth_minor`
    what the whole line was worth.
    """

    line: OrderLine
    policy: ReturnPolicy
    verdict: Verdict
    reason: str
    because: tuple[str, ...]
    returnable: Decimal
    deadline: date | None
    is_estimated: bool
    free: tuple[int, ...]
    worth_minor: int
    case: Case

    def pieces(self, quantity: Decimal) -> tuple[int, ...] | None:
        """The numbers that stand for `quantity`; None where there are not so many whole pieces."""
        count = quantity / size_of(self.line)
        if count <= 0 or count != count.to_integral_value() or count > len(self.free):
            return None
        return self.free[: int(count)]

    def quantity_of(self, numbers: Sequence[int]) -> Decimal:
        """How much these pieces are together."""
        return size_of(self.line) * len(numbers)

    def amount(self, numbers: Sequence[int]) -> int:
        """What these pieces were worth, in minor units."""
        return worth_of_pieces(worth=self.worth_minor, pieces=pieces_of(self.line), numbers=numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalRuling:
    """Whether the buyer may withdraw. `reason`: ``not_here``, ``canceled``, ``nothing_left``, ``exempt``,
    ``too_late``, or empty. `deadline` is empty while the goods have not arrived. `items` are those
    that it covers."""

    reason: str
    deadline: date | None
    items: tuple[ItemRuling, ...]

    @property
    def is_offered(self) -> bool:
        return not self.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnOffer:
    """All of it for one order. `returns`: those asked for so far, newest first."""

    order: Order
    items: tuple[ItemRuling, ...]
    withdrawal: WithdrawalRuling
    returns: tuple[Return, ...] = field(default=())

    def item(self, line_id: int) -> ItemRuling | None:
        return next((item for item in self.items if item.line.pk == line_id), None)

    @property
    def can_return(self) -> bool:
        return any(item.verdict != "no" for item in self.items)

    @property
    def last_day(self) -> date | None:
        """The latest deadline of what may still come back."""
        days = [item.deadline for item in self.items if item.verdict != "no" and item.deadline]
        return max(days, default=None)


def looks_of(
    *,
    items: Sequence[tuple[ItemRuling, Wanted]],
    amount_minor: int,
    reasons: Mapping[str, ReturnReason],
) -> tuple[str, ...]:
    """Why a person has to look at a return of these `items`, together worth `amount_minor`."""
    found: list[str] = []
    for item, wanted in items:
        case = replace(
            item.case,
            amount_minor=amount_minor,
            reason=reasons.get(wanted.reason_key),
        )
        found += why_look(case)
    return tuple(dict.fromkeys(found))
