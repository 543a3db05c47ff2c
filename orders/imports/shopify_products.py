"""Shopify's products CSV: one product per handle, a line per variant, more lines for more pictures.

The export has no product ids, so that the handle stands for them until a hook tells them.
"""

from collections.abc import Iterator

from orders.imports import values
from orders.imports.files import ImportFile, Table
from orders.imports.grouping import Group, grouped
from orders.imports.records import Item, Reading, Record, Reject
from orders.imports.trouble import BadValue
from orders.ingest import snapshots

SOURCE = "shopify"
OPTIONS = ("Option1 Value", "Option2 Value", "Option3 Value")


def read_products(*, file: ImportFile, reading: Reading) -> Iterator[Item]:
    """Products of Shopify's export. Raises `UnknownFile`."""
    table = Table(file)
    table.require("Handle", "Title", "Variant Price", what="Shopify's products CSV")
    return _items(table, reading)


def _items(table: Table, reading: Reading) -> Iterator[Item]:
    for group in grouped(rows=table.rows(), column=table.column("Handle"), raw=table.raw):
        if isinstance(group, Reject):
            yield group
            continue
        line = group.rows[0][0]
        try:
            yield Record(line, _product(table, group, reading), dated=False)
        except BadValue as error:
            for at, cells in group.rows:
                yield Reject(at, str(error), table.raw(cells))


def _product(table: Table, group: Group, reading: Reading) -> snapshots.ProductSnapshot:
    def cell(cells: list[str], name: str) -> str:
        return cells[table.column(name)].strip()

    first = group.rows[0][1]
    title = cell(first, "Title")
    if not title:
        raise BadValue("The product's first line is missing: this one holds a variant only.")
    variants = []
    for line, cells in group.rows:
        if not cell(cells, "Variant Price"):
            continue  # one more picture
        options = [value for name in OPTIONS if (value := cell(cells, name))]
        name = " / ".join(value for value in options if value != "Default Title")
        price = values.money(
            cell(cells, "Variant Price"),
            currency=reading.currency,
            column=f"Variant Price (line {line})",
        )
        variants.append(
            snapshots.VariantSnapshot(
                external_id=_variant_id(group.number, options),
                title=name[:300],
                sku=cell(cells, "Variant SKU").removeprefix("'")[:120],
                price=price,
                image_url=cell(cells, "Variant Image"),
            )
        )
    return snapshots.ProductSnapshot(
        source=SOURCE,
        external_id=_product_id(group.number),
        handle=group.number[:255],
        title=title[:300],
        currency=reading.currency,
        image_url=cell(first, "Image Src"),
        category=(cell(first, "Type") or cell(first, "Product Category").rpartition(" > ")[2])[
            :200
        ],
        variants=tuple(variants),
        is_excerpt=True,
    )


def _product_id(handle: str) -> str:
    return f"handle:{handle}"[:120]


def _variant_id(handle: str, options: list[str]) -> str:
    return f"handle:{handle}:{'/'.join(options)}"[:120]
