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
    "batch",
)


class Said:
    """What a line says, wherever it stands. `line` is the statement; its id means nothing.

    `told` is its part of the fingerprint of a statement, behind its id; `minor` its total. What only
    new orders need waits for `work_out`: `values` are the columns of `SAID_COLUMNS`, `copied` the same
    as COPY reads them, `content` is its part of the fingerprint of an order's content, behind its id.
    """

    __slots__ = ("content", "copied", "goods", "line", "minor", "told", "values")

    def __init__(self, line: LineSnapshot) -> None:
        self.line = line
        self.goods = spoken(line)
        self.minor = line.total.minor
        self.told = json_text(line_cells(line)[1:])[1:]
        self.values: tuple[Any, ...] = ()
        self.copied = self.content = ""

    @property
    def amount(self) -> Decimal:
        """Its quantity, as the column holds it."""
        number: Decimal = self.values[4]
        return number

    def work_out(self) -> None:
        """Fill columns and texts, as `apply_lines` would fill a line. Raises `Unreadable`."""
        line = self.line
        title, variant_title = _text(line.title or line.sku or "?", 300), line.variant_title
        number, total = quantity(line.quantity), line.total.minor
        variant_title = _text(variant_title, 300)
        self.values = (
            title,
            variant_title,
            _text(line.sku, 120),
            line.image_url and _link(line.image_url, 1000),
            number,
            line.unit_price.minor,
            line.unit_price.source_text,
            line.discount.minor,
            line.tax.minor,
            total,
            line.needs_shipping,
            _text(line.batch, 60),
        )
        self.content = json_text([title, variant_title, number_text(number), total])[1:]
        self.copied = csv_cells(self.values)


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

    def work_out(self) -> Sequence[Said]:
        """What the lines say, all of it worked out. Raises `Unreadable`."""
        for said in self.said:
            if not said.copied:
                said.work_out()
        return self.said

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


def are_simple(names: Sequence[str]) -> bool:
    """Are these ids of letters and digits alone, which JSON and CSV leave as they are?"""
    together = "".join(names)
    return together.isascii() and together.isalnum() and "" not in names


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
