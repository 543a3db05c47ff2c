"""What every source is read into: frozen, plain, in our words. One class per boundary.

Amounts are `core.money.Amount` (minor units of the snapshot's currency); quantities are `Decimal`;
times are aware UTC datetimes. An empty text means "the source does not say".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core.money import NOTHING, Amount


class Unreadable(ValueError):
    """The body is no news we can use. Its message is the dead letter's reason, fit for a merchant."""


@dataclass(frozen=True, slots=True)
class AddressSnapshot:
    """A postal address. `country` is ISO 3166-1 alpha-2; `region` the source's region code."""

    name: str = ""
    company: str = ""
    street: str = ""
    street2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class CustomerSnapshot:
    """A person as a source knows them. `external_id` is empty for guests."""

    external_id: str = ""
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    locale: str = ""
    country: str = ""
    region: str = ""
    time_zone: str = ""
    birthday: tuple[int, int, int | None] | None = None  # month, day, year where known
    birthday_verified: bool = False
    account_created_on: date | None = None
    updated_at: datetime | None = None
    address: AddressSnapshot | None = None


# A source that cannot say when it was said repeats an old yes with every update. Its statements
# carry this behind their source, so that they never outweigh a refusal.
UNDATED = ", undated"


@dataclass(frozen=True, slots=True)
class ConsentStatement:
    """What a person said about marketing mail, as a source reports it.

    `source` ends with `UNDATED` where `stated_at` is only when we heard.
    """

    email: str
    basis: str  # "explicit", "soft_opt_in", "inquiry" or "none" (said no, or withdrew)
    stated_at: datetime
    source: str
    wording: str = ""
    customer_external_id: str = ""


@dataclass(frozen=True, slots=True)
class LineSnapshot:
    """One order line. `total` is what is paid for the line before order-level shipping, after discounts."""

    external_id: str
    title: str
    quantity: Decimal
    unit_price: Amount
    total: Amount
    variant_title: str = ""
    sku: str = ""
    batch: str = ""
    product_external_id: str = ""
    variant_external_id: str = ""
    category: str = ""
    image_url: str = ""
    product_url: str = ""
    discount: Amount = NOTHING
    tax: Amount = NOTHING
    needs_shipping: bool = True


@dataclass(frozen=True, slots=True)
class FulfillmentSnapshot:
    """One parcel. `status` is a `Fulfillment.Status`; `lines` maps line external id to quantity."""

    external_id: str
    status: str
    updated_at: datetime | None = None
    carrier: str = ""
    tracking_number: str = ""
    tracking_url: str = ""
    pickup_point: dict[str, Any] = field(default_factory=dict)
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    estimated_at: datetime | None = None
    lines: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class RefundSnapshot:
    """One refund; `amount` is positive. `lines` are (line external id, quantity, amount).

    `deleted` without an id: one of those told before was taken back, and only those now told stand.
    """

    external_id: str
    amount: Amount
    happened_at: datetime
    reason: str = ""
    lines: tuple[tuple[str, Decimal, Amount], ...] = ()
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class DocumentSnapshot:
    """A paper of the order, by address."""

    external_id: str
    kind: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class OrderSnapshot:
    """The whole order as its source states it at `updated_at`."""

    source: str
    external_id: str
    number: str
    currency: str
    placed_at: datetime
    updated_at: datetime
    total: Amount
    subtotal: Amount = NOTHING
    discount: Amount = NOTHING
    shipping: Amount = NOTHING
    tax: Amount = NOTHING
    taxes_included: bool = True
    presentment_currency: str = ""
    presentment_total: Amount | None = None
    payment_status: str = "pending"
    payment_method: str = ""
    shipping_method: str = ""
    discounts: tuple[tuple[str, Amount], ...] = ()
    paid_at: datetime | None = None
    canceled_at: datetime | None = None
    cancel_reason: str = ""
    promised_at: datetime | None = None
    customer: CustomerSnapshot | None = None
    email: str = ""
    locale: str = ""
    shipping_address: AddressSnapshot | None = None
    billing_address: AddressSnapshot | None = None
    lines: Sequence[LineSnapshot] = ()
    fulfillments: tuple[FulfillmentSnapshot, ...] = ()
    refunds: tuple[RefundSnapshot, ...] = ()
    documents: tuple[DocumentSnapshot, ...] = ()
    consent: ConsentStatement | None = None
    is_gift: bool = False
    recipient_name: str = ""
    recipient_email: str = ""
    is_recurring: bool = False
    is_test: bool = False
    is_draft: bool = False  # a basket the platform calls an order: kept out
    tags: tuple[str, ...] = ()
    note: str = ""
    status_url: str = ""
    is_excerpt: bool = (
        False  # of a file that knows no ids of lines: gives way to the shop's own word
    )


@dataclass(frozen=True, slots=True)
class OrderDeleted:
    """The shop deleted the order."""

    source: str
    external_id: str
    happened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FulfillmentUpdate:
    """News of one parcel of a known order, told apart from the order itself."""

    source: str
    order_external_id: str
    fulfillment: FulfillmentSnapshot


@dataclass(frozen=True, slots=True)
class RefundUpdate:
    """News of one refund, told apart from the order itself."""

    source: str
    order_external_id: str
    currency: str
    refund: RefundSnapshot


@dataclass(frozen=True, slots=True)
class DocumentUpdate:
    """A paper of an order, told apart from the order itself."""

    source: str
    order_external_id: str
    document: DocumentSnapshot


@dataclass(frozen=True, slots=True)
class CarrierNews:
    """One checkpoint. `kind` is a `Fulfillment.Status`, or in_transit, info, exception, unknown."""

    key: str
    kind: str
    happened_at: datetime
    raw_status: str = ""
    message: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class ShipmentUpdate:
    """What a carrier (or its aggregator) says of one tracking number.

    `order_external_id` / `fulfillment_external_id` are filled where the source names them instead.
    """

    source: str
    tracking_number: str
    carrier: str = ""
    tracking_url: str = ""
    estimated_at: datetime | None = None
    news: tuple[CarrierNews, ...] = ()
    order_source: str = ""
    order_external_id: str = ""
    fulfillment_external_id: str = ""


@dataclass(frozen=True, slots=True)
class VariantSnapshot:
    """One variant of a product."""

    external_id: str
    title: str = ""
    sku: str = ""
    price: Amount | None = None
    pack_size: int = 1
    image_url: str = ""


@dataclass(frozen=True, slots=True)
class ProductSnapshot:
    """A product as the shop lists it."""

    source: str
    external_id: str
    title: str
    currency: str = ""
    url: str = ""
    handle: str = ""
    image_url: str = ""
    category: str = ""
    updated_at: datetime | None = None
    variants: tuple[VariantSnapshot, ...] = ()
    review_delay_days: int | None = None
    replenish_after_days: int | None = None
    deleted: bool = False
    is_excerpt: bool = False  # of a file that does not say when: fills what no dated news has told


@dataclass(frozen=True, slots=True)
class CustomerUpdate:
    """A person, told apart from any order."""

    source: str
    customer: CustomerSnapshot
    consent: ConsentStatement | None = None
    deleted: bool = False
    is_excerpt: bool = False  # of a file that does not say when: fills what no dated news has told


@dataclass(frozen=True, slots=True)
class CustomersMerged:
    """The shop says that two of its customers are one person."""

    source: str
    kept_external_id: str
    gone_external_id: str


@dataclass(frozen=True, slots=True)
class PrivacyDemand:
    """A platform's privacy topic: export_customer, erase_customer or erase_store."""

    source: str
    kind: str
    key: str
    email: str = ""
    customer_external_id: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ignored:
    """Understood, and none of our business. The reason is shown to the merchant."""

    reason: str


News = (
    OrderSnapshot
    | OrderDeleted
    | FulfillmentUpdate
    | RefundUpdate
    | DocumentUpdate
    | ShipmentUpdate
    | ProductSnapshot
    | CustomerUpdate
    | CustomersMerged
    | ConsentStatement
    | PrivacyDemand
    | Ignored
)
