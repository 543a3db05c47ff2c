"""What a mail is written from: plain data only, so that no template can reach an object.

This is the schema of `render`'s context. Whoever builds one fills what it knows: everything marked
``NotRequired`` may be missing, texts may be empty, and the mail leaves that part out. Times are
aware datetimes (or their ISO texts), dates are `date` (or ISO texts), money is `Money`.
"""

from datetime import date, datetime
from typing import Literal, NotRequired, TypedDict

When = datetime | str
Day = date | str
Quantity = int | str  # "2", "1.500": decimals as text, so that nothing is rounded on the way


class Money(TypedDict):
    """An amount in minor units of its ISO 4217 currency."""

    minor: int
    currency: str


class SocialLink(TypedDict):
    name: str
    url: str


class StoreData(TypedDict):
    """The shop as its mails show it. `returns_summary` is a text, or texts by language."""

    name: str
    from_name: NotRequired[str]
    default_language: NotRequired[str]
    logo_url: NotRequired[str]
    color_primary: NotRequired[str]
    color_accent: NotRequired[str]
    site_url: NotRequired[str]
    blog_url: NotRequired[str]
    faq_url: NotRequired[str]
    social: NotRequired[list[SocialLink]]
    phone: NotRequired[str]
    email: NotRequired[str]
    postal_address: NotRequired[str]
    returns_summary: NotRequired[str | dict[str, str]]


class CustomerData(TypedDict):
    first_name: NotRequired[str]
    last_name: NotRequired[str]
    full_name: NotRequired[str]


class AddressData(TypedDict):
    """A postal address, as `orders` keeps it (`AddressSnapshot` as a dict)."""

    name: NotRequired[str]
    company: NotRequired[str]
    street: NotRequired[str]
    street2: NotRequired[str]
    city: NotRequired[str]
    region: NotRequired[str]
    postcode: NotRequired[str]
    country: NotRequired[str]


class LineData(TypedDict):
    """One line of an order, a parcel or a refund. A refund's line may have no unit price."""

    title: str
    variant_title: NotRequired[str]
    quantity: Quantity
    unit_price: NotRequired[Money | None]
    total: NotRequired[Money | None]
    image_url: NotRequired[str]
    product_url: NotRequired[str]


class DiscountData(TypedDict):
    code: str
    amount: Money


class OrderData(TypedDict):
    number: str
    placed_at: When
    currency: str
    lines: list[LineData]
    subtotal: NotRequired[Money | None]
    discount: NotRequired[Money | None]
    discounts: NotRequired[list[DiscountData]]
    shipping: NotRequired[Money | None]
    tax: NotRequired[Money | None]
    taxes_included: NotRequired[bool]
    total: Money
    payment_method: NotRequired[str]
    shipping_method: NotRequired[str]
    shipping_address: NotRequired[AddressData]
    status_url: NotRequired[str]
    promised_at: NotRequired[When | None]
    is_gift: NotRequired[bool]
    recipient_name: NotRequired[str]
    cancel_reason: NotRequired[str]
    is_paid: NotRequired[bool]


class PickupPoint(TypedDict):
    name: NotRequired[str]
    address: NotRequired[str]
    opening_hours: NotRequired[str]
    code: NotRequired[str]
    url: NotRequired[str]
    collect_by: NotRequired[When | None]


class FulfillmentData(TypedDict):
    """The parcel the mail is about. `more_to_come` when the order has goods not sent yet."""

    carrier: NotRequired[str]
    tracking_number: NotRequired[str]
    tracking_url: NotRequired[str]
    estimated_at: NotRequired[When | None]
    shipped_at: NotRequired[When | None]
    delivered_at: NotRequired[When | None]
    pickup_point: NotRequired[PickupPoint]
    lines: NotRequired[list[LineData]]
    more_to_come: NotRequired[bool]


class RefundData(TypedDict):
    """`reason` is often a note among staff: the shipped mail does not show it."""

    amount: Money
    reason: NotRequired[str]
    lines: NotRequired[list[LineData]]


class DelayData(TypedDict):
    """`is_over`: the promised day lies behind us; else the carrier says already that it is missed."""

    cause: Literal["promise_passed", "silent"] | str
    promised_at: NotRequired[When | None]
    new_estimate: NotRequired[When | None]
    is_over: NotRequired[bool]


class ProductData(TypedDict):
    title: str
    variant_title: NotRequired[str]
    image_url: NotRequired[str]
    url: NotRequired[str]
    review_url: NotRequired[str]


class OccasionData(TypedDict):
    """A day in the customer's life: ``birthday`` or ``anniversary`` (with `years`)."""

    kind: str
    on: NotRequired[Day]
    years: NotRequired[int]


class LinksData(TypedDict):
    """Where the customer decides what mail they get; absolute addresses."""

    unsubscribe_url: NotRequired[str]
    preferences_url: NotRequired[str]


class MailContext(TypedDict):
    """Everything a mail may speak of. `zone` is the customer's time zone (Europe/Prague).

    `changes` names what changed in an order: ``items``, ``address``, ``total``, ``shipping`` …;
    unknown words are told as "some details".
    """

    store: StoreData
    customer: NotRequired[CustomerData]
    order: NotRequired[OrderData | None]
    fulfillment: NotRequired[FulfillmentData | None]
    refund: NotRequired[RefundData | None]
    changes: NotRequired[list[str]]
    products: NotRequired[list[ProductData]]
    delay: NotRequired[DelayData | None]
    occasion: NotRequired[OccasionData | None]
    links: NotRequired[LinksData | None]
    zone: NotRequired[str]
