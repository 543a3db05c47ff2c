"""The public news of guarantees and claims. `customer_id` is empty for what was bought elsewhere."""

from dataclasses import dataclass
from typing import ClassVar

from core.events.wiring import News


@dataclass(frozen=True)
class GuaranteeEnding(News):
    """It ends on `until` (local date, ISO), soon enough to say so; with what can be bought on top."""

    name: ClassVar[str] = "guarantee.ending"
    guarantee_id: int
    customer_id: int | None
    until: str
    offer_months: int
    offer_url: str


@dataclass(frozen=True)
class ClaimOpened(News):
    name: ClassVar[str] = "claim.opened"
    claim_id: int
    customer_id: int | None


@dataclass(frozen=True)
class ClaimHanded(News):
    """An outside party is to answer. No customer stands here: it is not written to them."""

    name: ClassVar[str] = "claim.handed"
    claim_id: int
    party_id: int


@dataclass(frozen=True)
class ClaimAccepted(News):
    name: ClassVar[str] = "claim.accepted"
    claim_id: int
    customer_id: int | None


@dataclass(frozen=True)
class ClaimRefused(News):
    name: ClassVar[str] = "claim.refused"
    claim_id: int
    customer_id: int | None


@dataclass(frozen=True)
class ClaimSettled(News):
    """`outcome` is ``repaired``, ``replaced`` or ``refunded``."""

    name: ClassVar[str] = "claim.settled"
    claim_id: int
    customer_id: int | None
    outcome: str


@dataclass(frozen=True)
class ClaimWithdrawn(News):
    name: ClassVar[str] = "claim.withdrawn"
    claim_id: int
    customer_id: int | None


@dataclass(frozen=True)
class ClaimOverdue(News):
    """Its holder let a deadline pass, for the `times`-th time. Told to the shop's people."""

    name: ClassVar[str] = "claim.overdue"
    claim_id: int
    times: int
