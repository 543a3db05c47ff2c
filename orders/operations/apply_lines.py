"""The lines of an order, as its newest statement has them."""

from collections.abc import Sequence
from typing import Any

from orders.ingest.snapshots import LineSnapshot, OrderSnapshot
from orders.models import Order, OrderLine, ReturnLine
from orders.operations.find_products import find_products
from orders.operations.fit_row import fit, identity, quantity

BY_PLACE = "file:"  # begins the id of a line that a file has no id for
COLUMNS = [
    "position",
    "title",
    "variant_title",
    "sku",
    "batch",
    "image_url",
    "quantity",
    "unit_price_minor",
    "unit_price_text",
    "discount_minor",
    "tax_minor",
    "total_minor",
    "needs_shipping",
    "product",
    "variant",
]
META: Any = OrderLine._meta
STORED = [META.get_field(name).attname for name in COLUMNS]


def write_lines(
    *, order: Order, snapshot: OrderSnapshot, lines: Sequence[OrderLine]
) -> list[OrderLine]:
    """Make the order's `lines` equal to the snapshot's: lines it no longer names go.

    Returns the lines as they stand then. Raises `Unreadable` for a line without an id or with an
    impossible quantity.
    """
    known = {line.external_id: line for line in lines}
    goods = find_products(store_id=order.store_id, source=order.source, lines=snapshot.lines)
    _rename(known=known, told=snapshot.lines)
    standing: dict[str, OrderLine] = {}  # a source that gives two lines one id means one line
    changed: dict[int, OrderLine] = {}
    for position, told in enumerate(snapshot.lines):
        external_id = identity(told.external_id, of="order line")
        line = standing.get(external_id) or known.pop(external_id, None)
        if line is None:
            line = OrderLine(store_id=order.store_id, order=order, external_id=external_id)
        standing[external_id] = line
        was = _read(line)
        line.product, line.variant = goods[position]
        _take(line=line, told=told, position=position)
        if line.pk and _read(line) != was:
            changed[line.pk] = line
    if fresh := [line for line in standing.values() if not line.pk]:
        OrderLine.objects.bulk_create(fresh)
    if changed:
        OrderLine.objects.bulk_update(list(changed.values()), COLUMNS)
    if known:
        _let_go([line.pk for line in known.values()])
    return sorted(standing.values(), key=lambda line: (line.position, line.pk))


def _let_go(ids: Sequence[int]) -> None:
    """Delete lines that the order no longer names; of one that came back, nothing is left but the row:
    its return has to stay whole."""
    kept = set(
        ReturnLine.objects.filter(order_line__in=ids).values_list("order_line_id", flat=True)
    )
    if kept:
        OrderLine.objects.filter(pk__in=kept).update(
            quantity=0, refunded_quantity=0, discount_minor=0, tax_minor=0, total_minor=0
        )
    OrderLine.objects.filter(pk__in=set(ids) - kept).delete()


def _read(line: OrderLine) -> tuple[object, ...]:
    return tuple(getattr(line, name) for name in STORED)


def _rename(*, known: dict[str, OrderLine], told: Sequence[LineSnapshot]) -> None:
    """Give lines that a file knew by their place alone the ids their shop tells."""
    nameless = [name for name in known if name.startswith(BY_PLACE)]
    for line in told if nameless else ():
        if line.external_id in known:
            continue
        for name in nameless:
            if _same_goods(known[name], line):
                row = known.pop(name)
                row.external_id = identity(line.external_id, of="order line")
                row.save(update_fields=["external_id"])
                known[row.external_id] = row
                nameless.remove(name)
                break


def _same_goods(row: OrderLine, line: LineSnapshot) -> bool:
    if row.sku and line.sku.strip():
        return row.sku == line.sku.strip()
    full = f"{line.title} - {line.variant_title}" if line.variant_title else line.title
    return row.title in (line.title, full) or (full.startswith(row.title) and len(row.title) >= 300)


def _take(*, line: OrderLine, told: LineSnapshot, position: int) -> None:
    line.position = min(position, 32767)
    line.title = told.title or told.sku or "?"
    line.variant_title, line.sku, line.image_url = told.variant_title, told.sku, told.image_url
    line.batch = told.batch
    line.quantity = quantity(told.quantity)
    line.unit_price_minor = told.unit_price.minor
    line.unit_price_text = told.unit_price.source_text
    line.discount_minor, line.tax_minor = told.discount.minor, told.tax.minor
    line.total_minor = told.total.minor
    line.needs_shipping = told.needs_shipping
    fit(line)
