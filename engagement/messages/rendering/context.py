"""What a mail is written from: plain data only, so that no template can reach an object.

This is the schema of `render`'s context. Whoever builds one fills what it knows: everything marked
``NotRequired`` may be missing, texts may be empty, and the mail leaves that part out. Times are
aware datetimes (or their ISO texts), dates are `date` (or ISO texts), money is `Money`.
"""

from typing import Literal, NotRequired, TypedDict

from engagement.messages.rendering.after_sale import ClaimData, GuaranteeData
from engagement.messages.rendering.context_parts import Day as Day
from engagement.messages.rendering.context_parts import LineData as LineData
from engagement.messages.rendering.context_parts import Money as Money
from engagement.messages.rendering.context_parts import Quantity as Quantity
from engagement.messages.rendering.context_parts import ReturnData as ReturnData
from engagement.messages.rendering.context_parts import Texts as Texts
from engagement.messages.rendering.context_parts import When as When


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
    contact_url: NotRequired[str]
    social: NotRequired[list[SocialLink]]
    phone: NotRequired[str]
    email: NotRequired[str]
    postal_address: NotRequired[str]
    returns_summary: NotRequired[Texts]


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


class ChangeData(TypedDict):
    """What a customer asked to change: `kind` is ``cancel``, ``edit_address``, ``edit_contact`` or
    ``edit_note``. Refused `because` it was ``sent`` or ``canceled``, or for the shop's own `reason`.
    """

    kind: str
    is_looked_at: NotRequired[bool]
    because: NotRequired[str]
    reason: NotRequired[str]


class ProductData(TypedDict):
    title: str
    variant_title: NotRequired[str]
    image_url: NotRequired[str]
    url: NotRequired[str]
    review_url: NotRequired[str]
    price: NotRequired[Money | None]


class OccasionData(TypedDict):
    """A day worth a mail: ``birthday``, ``anniversary`` (with `years`), or a holiday.

    Holidays are ``christmas``, ``new_year`` and ``easter``; any other word is greeted in general.
    `closed_from` and `closed_until` are the first and the last day on which nothing is sent.
    """

    kind: str
    on: NotRequired[Day]
    years: NotRequired[int]
    closed_from: NotRequired[Day | None]
    closed_until: NotRequired[Day | None]


class LinksData(TypedDict):
    """Where the customer decides what mail they get, and reads this one; absolute addresses."""

    unsubscribe_url: NotRequired[str]
    preferences_url: NotRequired[str]
    browser_url: NotRequired[str]


class ThanksData(TypedDict):
    """The person of the shop who signs. `message` is what they say, in their own words."""

    name: str
    role: NotRequired[Texts]
    picture_url: NotRequired[str]
    message: NotRequired[Texts]


class VoucherData(TypedDict):
    """A voucher of this customer. Whoever has given no consent to offers gets a mail without one.

    `percent` goes with the kind ``percent``, `gift` (what it is) with ``gift``, `amount` with
    ``value``. `expires_at` is the last moment, or the last day, on which it can be used. `scope`
    says what it is good for. `url` is the shop with the voucher in it.
    """

    code: str
    kind: Literal["value", "percent", "free_delivery", "gift"] | str
    amount: NotRequired[Money | None]
    percent: NotRequired[Quantity | None]
    gift: NotRequired[Texts]
    minimum: NotRequired[Money | None]
    expires_at: NotRequired[When | None]
    scope: NotRequired[Texts]
    is_single_use: NotRequired[bool]
    url: NotRequired[str]
    qr_url: NotRequired[str]


class DocumentData(TypedDict):
    """A file that goes with an order. `size` is in bytes."""

    title: str
    url: str
    kind: NotRequired[Literal["invoice", "manual", "warranty", "technical"] | str]
    size: NotRequired[int]


class GuideData(TypedDict):
    """Where somebody learns how to use what they bought. `minutes` is how long that takes."""

    title: Texts
    url: str
    summary: NotRequired[Texts]
    image_url: NotRequired[str]
    minutes: NotRequired[int]


class TipData(TypedDict):
    title: Texts
    text: NotRequired[Texts]
    image_url: NotRequired[str]
    url: NotRequired[str]


class ArticleData(TypedDict):
    """What a newsletter or a product update tells. Line ends in `text` begin a new paragraph."""

    title: Texts
    text: NotRequired[Texts]
    image_url: NotRequired[str]
    image_alt: NotRequired[Texts]
    url: NotRequired[str]


class EntryData(TypedDict):
    """One entry of the shop's blog, video channel or podcast."""

    title: str
    url: str
    kind: NotRequired[Literal["article", "video", "podcast"] | str]
    summary: NotRequired[str]
    image_url: NotRequired[str]
    published_at: NotRequired[When | None]


class NoticeData(TypedDict):
    """A recall or a safety notice, with what the EU's product safety rules ask a notice to tell.

    Line ends in `todo` begin a new step. `sold_from` and `sold_until` are when it was on sale.
    """

    kind: Literal["recall", "safety"] | str
    product: str
    batch: NotRequired[str]
    image_url: NotRequired[str]
    hazard: NotRequired[Texts]
    todo: NotRequired[Texts]
    remedy: NotRequired[Texts]
    sold_from: NotRequired[Day | None]
    sold_until: NotRequired[Day | None]
    url: NotRequired[str]
    phone: NotRequired[str]


class LinkData(TypedDict):
    """The one link that the mail is about. `minutes` says how long it works, or `expires_at` until when."""

    url: str
    minutes: NotRequired[int]
    expires_at: NotRequired[When | None]


class ErasureData(TypedDict):
    """`kept` names what the law, or the customer's own wish, makes us keep: ``orders``, ``suppression``."""

    done_at: NotRequired[When | None]
    kept: NotRequired[list[str]]


class MailContext(TypedDict):
    """Everything a mail may speak of. `zone` is the customer's time zone (Europe/Prague).

    `changes` names what changed in an order: ``items``, ``address``, ``total``, ``shipping`` …;
    unknown words are told as "some details". `topics` are those that somebody asked to get mail
    about: ``offers``, ``replenishment``, ``reviews``, ``birthday``, ``loyalty``, ``newsletter``.
    `code` is what one types in where the link of a login mail cannot be opened.
    """

    store: StoreData
    customer: NotRequired[CustomerData]
    order: NotRequired[OrderData | None]
    fulfillment: NotRequired[FulfillmentData | None]
    refund: NotRequired[RefundData | None]
    returned: NotRequired[ReturnData | None]
    changes: NotRequired[list[str]]
    change: NotRequired[ChangeData | None]
    claim: NotRequired[ClaimData | None]
    guarantee: NotRequired[GuaranteeData | None]
    products: NotRequired[list[ProductData]]
    delay: NotRequired[DelayData | None]
    occasion: NotRequired[OccasionData | None]
    links: NotRequired[LinksData | None]
    thanks: NotRequired[ThanksData | None]
    voucher: NotRequired[VoucherData | None]
    documents: NotRequired[list[DocumentData]]
    guide: NotRequired[GuideData | None]
    tips: NotRequired[list[TipData]]
    article: NotRequired[ArticleData | None]
    entries: NotRequired[list[EntryData]]
    notice: NotRequired[NoticeData | None]
    link: NotRequired[LinkData | None]
    code: NotRequired[str]
    topics: NotRequired[list[str]]
    erasure: NotRequired[ErasureData | None]
    zone: NotRequired[str]
