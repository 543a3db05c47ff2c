"""Order lines that repeat themselves: what one says is worked out once, however often it is said.

Tills and files without ids of lines say the same on many orders: so many of these goods at such a
price. All that follows from it (columns, what they look like in COPY, its part of the fingerprints)
is the same each time, but for the line's id and place.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, overload

from orders.imports.tables import csv_cells
from orders.ingest.snapshots import LineSnapshot
from orders.operations.fit_row import json_text, line_cells, number_text, quantity

Spoken = tuple[str, str, str]
SAID_COLUMNS = (
    "title",
    "variant_title",
    "sku",
    "image_url",
    "quantity",
    "unit_price_minor",
    "unit_price_text",
    "discount_minor",
    "tax_minor",
    "total_minor",
    "needs_shipping",
)


class Said:
    """What a line says, wherever it stands. `line` is the statement; its id means nothing."""

    __slots__ = ("_content", "_copied", "_told", "_values", "goods", "line")

    def __init__(self, line: LineSnapshot) -> None:
        self.line = line
        self.goods = spoken(line)
        self._values: tuple[Any, ...] = ()
        self._copied = self._told = self._content = ""

    @property
    def values(self) -> tuple[Any, ...]:
        """The columns of `SAID_COLUMNS`, as `apply_lines` would fill them. Raises `Unreadable`."""
        if not self._values:
            line = self.line
            self._values = (
                _text(line.title or line.sku or "?", 300),
                _text(line.variant_title, 300),
                _text(line.sku, 120),
                line.image_url and _link(line.image_url, 1000),
                quantity(line.quantity),
                line.unit_price.minor,
                line.unit_price.source_text,
                line.discount.minor,
                line.tax.minor,
                line.total.minor,
                line.needs_shipping,
            )
        return self._values

    @property
    def amount(self) -> Decimal:
        """Its quantity, as the column holds it."""
        number: Decimal = self.values[4]
        return number

    @property
    def copied(self) -> str:
        """`values` as COPY reads them."""
        if not self._copied:
            self._copied = csv_cells(self.values)
        return self._copied

    @property
    def told(self) -> str:
        """Its part of the fingerprint of a statement, behind its id."""
        if not self._told:
            self._told = json_text(line_cells(self.line)[1:])[1:]
        return self._told

    @property
    def content(self) -> str:
        """Its part of the fingerprint of an order's content, behind its id."""
        if not self._content:
            title, variant_title, _, _, number, *_, total, _ = self.values
            self._content = json_text([title, variant_title, number_text(number), total])[1:]
        return self._content


class Lines(Sequence[LineSnapshot]):
    """The lines of a statement. Each is made only where somebody asks for it whole."""

    __slots__ = ("ids", "said")

    def __init__(self, ids: Sequence[str], said: Sequence[Said]) -> None:
        self.ids, self.said = ids, said

    @classmethod
    def of(cls, lines: Sequence[LineSnapshot]) -> "Lines":
        """Any statement's lines; the very same where they came this way."""
        if isinstance(lines, cls):
            return lines
        return cls([line.external_id for line in lines], [Said(line) for line in lines])

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, at: int) -> LineSnapshot: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[LineSnapshot]: ...

    def __getitem__(self, at: int | slice) -> LineSnapshot | Sequence[LineSnapshot]:
        if isinstance(at, slice):
            return Lines(self.ids[at], self.said[at])
        return replace(self.said[at].line, external_id=self.ids[at])

    def __iter__(self) -> Iterator[LineSnapshot]:
        for name, said in zip(self.ids, self.said, strict=True):
            yield replace(said.line, external_id=name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Iterable) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))


def spoken(line: LineSnapshot) -> Spoken:
    """By what a line's goods are known."""
    if line.product_external_id:
        return (line.product_external_id, line.variant_external_id, line.sku)
    return ("", line.variant_external_id, line.sku or line.title)


def _text(text: str, limit: int) -> str:
    """A text as `fit` leaves it."""
    return (text.replace("\x00", "") if "\x00" in text else text)[:limit]


def _link(text: str, limit: int) -> str:
    text = text.replace("\x00", "")
    return text if text.startswith(("http://", "https://")) and len(text) <= limit else ""
