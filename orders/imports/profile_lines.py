"""What the cells of a profile's line say by themselves, apart from the order that they stand in."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from core.money import Amount, to_minor
from orders.imports import values
from orders.imports.profile import Profile

ONE = Decimal(1)
# Read together, and remembered; the rest of a line is its order's.
LINE_COLUMNS = ("sku", "title", "quantity", "unit_price", "product", "variant_title", "category")
LINES_REMEMBERED = 1 << 15


class LineWords(NamedTuple):
    """What the cells of one line say, wherever it stands. `total` is before discount.

    `is_plain`: so many pieces at such a price, and nothing to think about.
    """

    sku: str
    title: str
    quantity: Decimal
    price: Amount
    total: Amount
    product: str
    variant_title: str
    category: str
    is_goods: bool
    is_plain: bool


def line_reader(
    *, profile: Profile, currency: str, column: Callable[[str, int], int], absent: int
) -> Callable[[list[str]], LineWords | None]:
    """A function from the cells of a line to its words; None for a code that is no goods.

    `column` finds a column's place by our name, else gives `absent`. The function raises `BadValue`.
    """

    def say(  # in the order of LINE_COLUMNS
        sku: str,
        title: str,
        quantity: str,
        price: str,
        product: str,
        variant_title: str,
        category: str,
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
            is_goods=is_goods,
            is_plain=pieces > 0 and amount.minor > 0,
        )

    # Tills repeat themselves: the same goods, as many, at the same price, on many invoices.
    remembered = lru_cache(maxsize=LINES_REMEMBERED)(say)
    cells_of = itemgetter(*(column(name, absent) for name in LINE_COLUMNS))
    return lambda cells: remembered(*cells_of(cells))


def times(price: Amount, quantity: Decimal, currency: str) -> int:
    """Price times quantity in minor units; prices and pieces may be fractions."""
    if price.source_text:
        return to_minor(amount=Decimal(price.source_text) * quantity, currency=currency)
    if quantity == quantity.to_integral_value():
        return price.minor * int(quantity)
    exact = Decimal(price.minor) * quantity
    return int(exact.quantize(ONE, rounding=ROUND_HALF_UP))
