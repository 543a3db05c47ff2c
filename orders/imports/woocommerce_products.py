"""WooCommerce's own products CSV: products and, on lines of their own, variations with a parent."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from core.money import Amount
from orders.imports import values
from orders.imports.files import ImportFile, Table
from orders.imports.records import Item, Reading, Record, Reject
from orders.imports.trouble import BadValue
from orders.ingest import snapshots

SOURCE = "woocommerce"
ORPHAN = "This variation names the parent “{parent}”, which is not in the file."
ATTRIBUTES = ("Attribute 1 value(s)", "Attribute 2 value(s)", "Attribute 3 value(s)")


@dataclass(slots=True)
class _Parent:
    """A product whose variations may stand anywhere in the file."""

    line: int
    product: snapshots.ProductSnapshot
    variants: list[snapshots.VariantSnapshot] = field(default_factory=list)


def read_products(*, file: ImportFile, reading: Reading) -> Iterator[Item]:
    """Products of WooCommerce's export. The catalog is held in memory. Raises `UnknownFile`."""
    table = Table(file)
    table.require("ID", "Type", "Name", "Regular price", what="WooCommerce's products CSV")
    return _Catalog(table, reading).items()


class _Catalog:
    def __init__(self, table: Table, reading: Reading) -> None:
        self.table, self.reading = table, reading
        self.parents: dict[str, _Parent] = {}  # by ``id:12`` and by SKU
        self.products: list[_Parent] = []
        self.variations: list[tuple[int, list[str]]] = []

    def items(self) -> Iterator[Item]:
        for row in self.table.rows():
            if isinstance(row, Reject):
                yield row
                continue
            line, cells = row
            try:
                if "variation" in self._cell(cells, "Type"):
                    self.variations.append(row)
                else:
                    self._product(line, cells)
            except BadValue as error:
                yield Reject(line, str(error), self.table.raw(cells))
        yield from self._adopt()
        for one in self.products:
            variants = tuple(one.variants) or one.product.variants
            yield Record(one.line, replace(one.product, variants=variants), dated=False)

    def _adopt(self) -> Iterator[Reject]:
        for line, cells in self.variations:
            named = self._cell(cells, "Parent")
            parent = self.parents.get(named)
            try:
                if parent is None:
                    raise BadValue(ORPHAN.format(parent=named))
                parent.variants.append(self._variant(cells))
            except BadValue as error:
                yield Reject(line, str(error), self.table.raw(cells))

    def _cell(self, cells: list[str], name: str) -> str:
        return cells[self.table.column(name)].strip()

    def _product(self, line: int, cells: list[str]) -> None:
        title = self._cell(cells, "Name")
        if not title:
            raise BadValue("Name is empty.")
        external_id, sku = self._id(cells), self._cell(cells, "SKU")
        is_simple = self._cell(cells, "Type").startswith("simple")
        product = snapshots.ProductSnapshot(
            source=SOURCE,
            external_id=external_id,
            title=title[:300],
            currency=self.reading.currency,
            image_url=self._image(cells),
            category=self._cell(cells, "Categories").split(",")[0].rpartition(" > ")[2][:200],
            variants=(self._variant(cells),) if is_simple else (),
            is_excerpt=True,
        )
        parent = _Parent(line, product)
        self.products.append(parent)
        self.parents[f"id:{external_id}"] = parent
        if sku:
            self.parents.setdefault(sku, parent)

    def _variant(self, cells: list[str]) -> snapshots.VariantSnapshot:
        chosen = [value for name in ATTRIBUTES if (value := self._cell(cells, name))]
        is_variation = "variation" in self._cell(cells, "Type")
        return snapshots.VariantSnapshot(
            external_id=self._id(cells),
            title=" / ".join(chosen)[:300] if is_variation else "",
            sku=self._cell(cells, "SKU")[:120],
            price=self._price(cells),
            image_url=self._image(cells) if is_variation else "",
        )

    def _price(self, cells: list[str]) -> Amount | None:
        text = self._cell(cells, "Sale price") or self._cell(cells, "Regular price")
        if not text:
            return None
        return values.money(text, currency=self.reading.currency, column="Regular price")

    def _id(self, cells: list[str]) -> str:
        external_id = self._cell(cells, "ID") or self._cell(cells, "SKU")
        if not external_id:
            raise BadValue("ID and SKU are both empty.")
        return external_id[:120]

    def _image(self, cells: list[str]) -> str:
        return self._cell(cells, "Images").split(",")[0].strip()
