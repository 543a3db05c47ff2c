"""What the invented world is made of. Frozen and plain: no database, no clock, no platform's words."""

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Goods:
    """One thing on sale. `weight` is how often it is bought, beside the others."""

    sku: str
    title: str
    category: str
    price_minor: int
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category with its after-sale defaults in days; None leaves the store's own."""

    name: str
    review_delay_days: int | None = None
    replenish_after_days: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A customer. `account_at` is None for guests; `says_yes` is their word about marketing."""

    serial: int
    language: str
    first_name: str
    last_name: str
    email: str
    street: str
    city: str
    postcode: str
    country: str
    zone: str
    phone: str = ""
    company: str = ""
    account_at: datetime | None = None
    says_yes: bool = False
    says_no_at: datetime | None = None
    birthday: date | None = None

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True)
class Line:
    """One order line. `serial` is unique in the shop."""

    serial: int
    goods: Goods
    quantity: int

    @property
    def total_minor(self) -> int:
        return self.goods.price_minor * self.quantity


@dataclass(frozen=True, slots=True)
class Parcel:
    """One parcel as it stands at `updated_at`. `status` is in the words of `Fulfillment.Status`."""

    serial: int
    carrier: str
    tracking_number: str
    lines: tuple[Line, ...]
    sent_at: datetime
    updated_at: datetime
    status: str = "shipped"
    estimated_at: datetime | None = None
    delivered_at: datetime | None = None
    pickup_place: str = ""


@dataclass(frozen=True, slots=True)
class MoneyBack:
    """One refund of some lines."""

    serial: int
    lines: tuple[Line, ...]
    amount_minor: int
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Purchase:
    """An order as it stands at `updated_at`. Every change is a new one (`dataclasses.replace`)."""

    serial: int
    number: str
    person: Person
    lines: tuple[Line, ...]
    placed_at: datetime
    updated_at: datetime
    shipping_minor: int
    discount_minor: int = 0
    discount_code: str = ""
    payment: str = "pending"
    payment_method: str = ""
    shipping_method: str = ""
    promised_at: datetime | None = None
    paid_at: datetime | None = None
    canceled_at: datetime | None = None
    cancel_reason: str = ""
    parcels: tuple[Parcel, ...] = ()
    refunds: tuple[MoneyBack, ...] = ()
    gift_for: str = ""
    is_recurring: bool = False

    @property
    def subtotal_minor(self) -> int:
        return sum(line.total_minor for line in self.lines)

    @property
    def total_minor(self) -> int:
        return self.subtotal_minor - self.discount_minor + self.shipping_minor


# --- what happens ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Happening:
    """Something the shop's platform tells at `at`."""

    at: datetime


@dataclass(frozen=True, slots=True)
class GoodsListed(Happening):
    goods: Goods


@dataclass(frozen=True, slots=True)
class AccountOpened(Happening):
    """The platform tells of an account; `person.account_at` may lie long before."""

    person: Person


@dataclass(frozen=True, slots=True)
class MailRefused(Happening):
    """A customer says in the shop that they want no marketing any more."""

    person: Person


@dataclass(frozen=True, slots=True)
class PurchaseNews(Happening):
    """`kind` is placed, paid, changed or canceled."""

    kind: str
    purchase: Purchase


@dataclass(frozen=True, slots=True)
class ParcelSent(Happening):
    purchase: Purchase
    parcel: Parcel


@dataclass(frozen=True, slots=True)
class ParcelNews(Happening):
    """A carrier's checkpoint: `kind` is a `Fulfillment.Status` or in_transit."""

    purchase: Purchase
    parcel: Parcel
    kind: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class MoneyReturned(Happening):
    purchase: Purchase
    refund: MoneyBack


@dataclass(frozen=True, slots=True)
class Habits:
    """How the customers of a shop behave. Shares are of one."""

    first_order_days: int  # the first order comes within so many days of the year's start
    rhythm_days: tuple[int, int]  # shortest and longest pause before the next order
    stays: float = 0.75  # share who ever buy again, asked after each order
    basket: tuple[int, int] = (1, 3)
    guests: float = 0.15
    says_yes: float = 0.7
    says_no_later: float = 0.05
    gifts: float = 0.06
    recurring: float = 0.08
    bank_transfer: float = 0.2
    canceled: float = 0.05
    changed: float = 0.04
    two_parcels: float = 0.08
    slow: float = 0.08
    missed: float = 0.06
    pickup: float = 0.15
    refunded: float = 0.06


@dataclass(frozen=True, slots=True)
class Taught:
    """One thing that a shop tells about its goods, by language: a care tip, or a step of a guide."""

    title: dict[str, str]
    text: dict[str, str]


@dataclass(frozen=True, slots=True)
class Care:
    """What a shop teaches: tips in order for a shelf, and a guide for one of its goods."""

    shelf: str
    tips: tuple[Taught, ...]
    guide_for: str  # a SKU
    guide_title: dict[str, str]
    guide_summary: dict[str, str]
    guide_minutes: int
    steps: tuple[Taught, ...]


@dataclass(frozen=True, slots=True)
class Shop:
    """One invented shop: what the store row says, what it sells, who buys."""

    slug: str
    voice: str  # how its platform talks: a key of voices.VOICES
    settings: dict[str, object]
    shelves: tuple[Shelf, ...]
    goods: tuple[Goods, ...]
    languages: dict[str, int]  # language to weight
    share: float  # of all demo customers
    shipping_minor: int
    carriers: tuple[tuple[str, str], ...]  # carrier name and the prefix of its tracking numbers
    habits: Habits = field(
        default_factory=lambda: Habits(first_order_days=200, rhythm_days=(40, 120))
    )
    care: Care | None = None
    birthday_percent: int | None = None  # what a birthday is worth
