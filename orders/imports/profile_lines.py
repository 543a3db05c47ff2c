"""What the cells of a profile's line say by themselves, apart from the order that they stand in."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import starmap
from operator import itemgetter

from core.money import NOTHING, Amount, to_minor
from orders.imports import values
from orders.imports.lines import Said
from orders.imports.profile import Profile
from orders.ingest.snapshots import LineSnapshot

ONE = Decimal(1)
# Read together, and remembered; the rest of a line is its order's.
LINE_COLUMNS = (
    "sku",
    "title",
    "quantity",
    "unit_price",
    "product",
    "variant_title",
    "category",
    "discount",
    "batch",
)
LINES_REMEMBERED = 1 << 15


@dataclass(slots=True)
class LineWords:
    """What the cells of one line say, wherever it stands. `total` is before discount.

    `discount` is its cell. `is_plain`: so many pieces at such a price, and nothing to think about,
    unless it is the shipping.
    `said` is the line as statements have it, once somebody asked.
    """

    sku: str
    title: str
    quantity: Decimal
    price: Amount
    total: Amount
    product: str
    variant_title: str
    category: str
    discount: str
    batch: str
    is_goods: bool
    is_shipping: bool
    is_plain: bool
    said: Said | None = None


def line_reader(
    *, profile: Profile, currency: str, column: Callable[[str, int], int], absent: int
) -> Callable[[Iterable[list[str]]], Iterator[LineWords | None]]:
    """A function from lines, as cells, to their words one by one; None for a code that is no goods.

    `column` finds a column's place by our name, else gives `absent`. The words raise `BadValue`.
    """

    def say(  # in the order of LINE_COLUMNS
        sku: str,
        title: str,
        quantity: str,
        price: str,
        product: str,
        variant_title: str,
        category: str,
        discount: str,
        batch: str,
    ) -> LineWords | None:
        """The cells of a line read; None for a code that is no goods. Raises `BadValue`."""
        sku, title = sku.strip(), title.strip()[:300]
        if sku in profile.skipped_codes:
            return None
        pieces = values.quantity(quantity, decimal=profile.decimal)
        amount = values.money(
            price, currency=currency, decimal=profile.decimal, column="unit price"
        )
        is_goods = sku not in profile.serviced_codes
        return LineWords(
            sku=sku,
            title=title,
            quantity=pieces,
            price=amount,
            total=Amount(times(amount, pieces, currency)),
            product=(product.strip() or sku) if is_goods else "",
            variant_title=variant_title.strip(),
            category=category.strip(),
            discount=discount,
            batch=batch.strip()[:60],
            is_goods=is_goods,
            is_shipping=sku in profile.shipping_codes,
            is_plain=pieces > 0 and amount.minor > 0,
        )

    # Tills repeat themselves: the same goods, as many, at the same price, on many invoices.
    remembered = lru_cache(maxsize=LINES_REMEMBERED)(say)
    cells_of = itemgetter(*(column(name, absent) for name in LINE_COLUMNS))
    return lambda lines: starmap(remembered, map(cells_of, lines))


def said(words: LineWords, *, profile: Profile, currency: str) -> Said:
    """The line as statements have it, without its id. Raises `BadValue` for a bad discount."""
    discount = NOTHING
    if words.discount:
        discount = values.money(
            words.discount, currency=currency, decimal=profile.decimal, column="discount"
        )
    return Said(
        LineSnapshot(
            external_id="",
            title=words.title or words.sku or "(no name)",
            quantity=words.quantity,
            unit_price=words.price,
            total=Amount(words.total.minor - discount.minor) if discount.minor else words.total,
            variant_title=words.variant_title,
            sku=words.sku,
            batch=words.batch,
            product_external_id=words.product,
            category=words.category,
            discount=discount,
            needs_shipping=words.is_goods,
        )
    )


def times(price: Amount, quantity: Decimal, currency: str) -> int:
    """Price times quantity in minor units; prices and pieces may be fractions."""
    if price.source_text:
        return to_minor(amount=Decimal(price.source_text) * quantity, currency=currency)
    if quantity == quantity.to_integral_value():
        return price.minor * int(quantity)
    exact = Decimal(price.minor) * quantity
    return int(exact.quantize(ONE, rounding=ROUND_HALF_UP))
