"""The public news of returns. Payloads are ids and plain values; ids are row numbers of this database."""

from dataclasses import dataclass
from typing import ClassVar

from core.events.wiring import News


@dataclass(frozen=True)
class ReturnRequested(News):
    """A customer wants to send goods back. `is_looked_at`: a person decides about it."""

    name: ClassVar[str] = "return.requested"
    order_id: int
    customer_id: int | None
    return_id: int
    is_looked_at: bool


@dataclass(frozen=True)
class ReturnWithdrawn(News):
    """A buyer withdrew from the contract. Nobody has to agree; they are owed a receipt at once."""

    name: ClassVar[str] = "return.withdrawn"
    order_id: int
    customer_id: int | None
    return_id: int


@dataclass(frozen=True)
class ReturnApproved(News):
    """The goods may come back. `by_rules`: nobody had to look at it."""

    name: ClassVar[str] = "return.approved"
    order_id: int
    customer_id: int | None
    return_id: int
    by_rules: bool


@dataclass(frozen=True)
class ReturnRefused(News):
    name: ClassVar[str] = "return.refused"
    order_id: int
    customer_id: int | None
    return_id: int
    reason: str


@dataclass(frozen=True)
class ReturnCanceled(News):
    """The customer keeps the goods after all."""

    name: ClassVar[str] = "return.canceled"
    order_id: int
    customer_id: int | None
    return_id: int


@dataclass(frozen=True)
class ReturnSent(News):
    name: ClassVar[str] = "return.sent"
    order_id: int
    customer_id: int | None
    return_id: int


@dataclass(frozen=True)
class ReturnReceived(News):
    """Goods arrived at the shop. `is_partial`: more of them are to come."""

    name: ClassVar[str] = "return.received"
    order_id: int
    customer_id: int | None
    return_id: int
    is_partial: bool


@dataclass(frozen=True)
class ReturnRefunded(News):
    """Money went back for a return, by us or by the shop itself; once per payment."""

    name: ClassVar[str] = "return.refunded"
    order_id: int
    customer_id: int | None
    return_id: int
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class ReturnCredited(News):
    """Store credit was given for a return: `amount_minor`, and `bonus_minor` on top."""

    name: ClassVar[str] = "return.credited"
    order_id: int
    customer_id: int | None
    return_id: int
    amount_minor: int
    bonus_minor: int
    currency: str


@dataclass(frozen=True)
class ReturnExchanged(News):
    """Other goods are on their way. `number`: the new order's, where one was told."""

    name: ClassVar[str] = "return.exchanged"
    order_id: int
    customer_id: int | None
    return_id: int
    number: str


@dataclass(frozen=True)
class WithdrawalStated(News):
    """Somebody without an account declared a withdrawal; which order they mean is found out next."""

    name: ClassVar[str] = "order.withdrawal_stated"
    statement_id: int
