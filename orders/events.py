"""The public news of orders. Payloads are ids and plain values; ids are row numbers of this database."""

from dataclasses import dataclass
from typing import ClassVar

from core.events.wiring import News


@dataclass(frozen=True)
class OrderPlaced(News):
    """An order was seen for the first time."""

    name: ClassVar[str] = "order.placed"
    order_id: int
    customer_id: int | None


@dataclass(frozen=True)
class OrderPaid(News):
    name: ClassVar[str] = "order.paid"
    order_id: int
    customer_id: int | None


@dataclass(frozen=True)
class OrderChanged(News):
    """The shop changed what was ordered, where it goes or what it costs. `changes` are our words."""

    name: ClassVar[str] = "order.changed"
    order_id: int
    customer_id: int | None
    changes: list[str]


@dataclass(frozen=True)
class OrderCanceled(News):
    name: ClassVar[str] = "order.canceled"
    order_id: int
    customer_id: int | None
    reason: str


@dataclass(frozen=True)
class OrderDeletedByShop(News):
    name: ClassVar[str] = "order.deleted"
    order_id: int
    customer_id: int | None


@dataclass(frozen=True)
class OrderRefunded(News):
    """`amount_minor` of `currency` was given back, once per refund."""

    name: ClassVar[str] = "order.refunded"
    order_id: int
    customer_id: int | None
    refund_id: int
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class OrderDelivered(News):
    """Every parcel of the order has arrived, and nothing is left to send."""

    name: ClassVar[str] = "order.delivered"
    order_id: int
    customer_id: int | None


@dataclass(frozen=True)
class OrderDelayed(News):
    """It will be late: `cause` is ``promise_passed`` or ``silent``."""

    name: ClassVar[str] = "order.delayed"
    order_id: int
    customer_id: int | None
    cause: str


@dataclass(frozen=True)
class OrderDocumentAdded(News):
    """An invoice, a manual or another paper was laid to an order."""

    name: ClassVar[str] = "order.document_added"
    order_id: int
    customer_id: int | None
    document_id: int


@dataclass(frozen=True)
class OrderChangeAsked(News):
    """A customer asks to cancel or change the order. `is_looked_at`: a person decides about it."""

    name: ClassVar[str] = "order.change_asked"
    order_id: int
    customer_id: int | None
    change_request_id: int
    kind: str
    is_looked_at: bool


@dataclass(frozen=True)
class OrderChangeDone(News):
    """What was asked for is so. A cancellation and a new address are news of their own, too."""

    name: ClassVar[str] = "order.change_done"
    order_id: int
    customer_id: int | None
    change_request_id: int
    kind: str


@dataclass(frozen=True)
class OrderChangeRefused(News):
    """What was asked for will not be: `because` ``sent`` or ``canceled``, or a person's `reason`."""

    name: ClassVar[str] = "order.change_refused"
    order_id: int
    customer_id: int | None
    change_request_id: int
    kind: str
    because: str
    reason: str


@dataclass(frozen=True)
class FulfillmentShipped(News):
    """A parcel left. `is_partial` when more of the order is still to come."""

    name: ClassVar[str] = "fulfillment.shipped"
    order_id: int
    customer_id: int | None
    fulfillment_id: int
    is_partial: bool


@dataclass(frozen=True)
class FulfillmentOutForDelivery(News):
    name: ClassVar[str] = "fulfillment.out_for_delivery"
    order_id: int
    customer_id: int | None
    fulfillment_id: int


@dataclass(frozen=True)
class FulfillmentReadyForPickup(News):
    name: ClassVar[str] = "fulfillment.ready_for_pickup"
    order_id: int
    customer_id: int | None
    fulfillment_id: int


@dataclass(frozen=True)
class FulfillmentDeliveryFailed(News):
    name: ClassVar[str] = "fulfillment.delivery_failed"
    order_id: int
    customer_id: int | None
    fulfillment_id: int


@dataclass(frozen=True)
class FulfillmentReturning(News):
    """The parcel was not collected and is about to go back."""

    name: ClassVar[str] = "fulfillment.returning"
    order_id: int
    customer_id: int | None
    fulfillment_id: int


@dataclass(frozen=True)
class FulfillmentDelivered(News):
    name: ClassVar[str] = "fulfillment.delivered"
    order_id: int
    customer_id: int | None
    fulfillment_id: int


@dataclass(frozen=True)
class CustomerConsentStated(News):
    """A person's word about marketing mail: basis ``explicit``, ``soft_opt_in`` or ``none``."""

    name: ClassVar[str] = "customer.consent_stated"
    customer_id: int
    basis: str
    source: str
    wording: str
    stated_at: str


@dataclass(frozen=True)
class CustomerMerged(News):
    name: ClassVar[str] = "customer.merged"
    customer_id: int
    merged_customer_id: int


@dataclass(frozen=True)
class CustomerErasureAsked(News):
    """A customer asked to be erased; it happens after some days, unless they call it off."""

    name: ClassVar[str] = "customer.erasure_asked"
    customer_id: int
    privacy_request_id: int


@dataclass(frozen=True)
class CustomerExportReady(News):
    """A copy of what is kept of a customer lies ready for them."""

    name: ClassVar[str] = "customer.export_ready"
    customer_id: int
    privacy_request_id: int


@dataclass(frozen=True)
class CustomerErased(News):
    """Nothing names this customer any more."""

    name: ClassVar[str] = "customer.erased"
    customer_id: int
    privacy_request_id: int


@dataclass(frozen=True)
class CustomerBirthdayNeared(News):
    """The birthday of `year` is close enough to plan for. `on` is its local date (ISO)."""

    name: ClassVar[str] = "customer.birthday_neared"
    customer_id: int
    on: str


@dataclass(frozen=True)
class CustomerAnniversaryNeared(News):
    """The account turns `years` years old on `on` (local date, ISO)."""

    name: ClassVar[str] = "customer.anniversary_neared"
    customer_id: int
    on: str
    years: int


@dataclass(frozen=True)
class CustomerWentQuiet(News):
    """They have bought nothing since `since` (the moment of their last order, ISO), for weeks."""

    name: ClassVar[str] = "customer.went_quiet"
    customer_id: int
    since: str


@dataclass(frozen=True)
class CreditGiven(News):
    """Store credit of `amount_minor`, bonus included. `movement_id` is the ledger's."""

    name: ClassVar[str] = "credit.given"
    customer_id: int
    movement_id: int
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class CreditSpent(News):
    name: ClassVar[str] = "credit.spent"
    customer_id: int
    movement_id: int
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class CreditTakenBack(News):
    name: ClassVar[str] = "credit.taken_back"
    customer_id: int
    movement_id: int
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class CreditExpired(News):
    name: ClassVar[str] = "credit.expired"
    customer_id: int
    movement_id: int
    amount_minor: int
    currency: str
