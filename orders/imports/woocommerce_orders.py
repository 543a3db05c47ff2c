"""WooCommerce orders as the "Order Export" plug-in (WebToffee) writes them: one row per order.

Lines stand in ``line_item_1`` … as ``name:…|product_id:…|sku:…``; dates are ``dd-mm-yyyy`` in the
shop's own time.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from core.money import Amount
from orders.imports import values
from orders.imports.addresses import AddressColumns
from orders.imports.files import ImportFile, Table
from orders.imports.records import Item, Reading, Record, Reject
from orders.imports.trouble import BadValue
from orders.ingest import snapshots
from orders.operations.apply_lines import BY_PLACE
from orders.operations.refund_sums import SUM

SOURCE = "woocommerce"
ORDER_DATE = "%d-%m-%Y %H:%M:%S"
PAYMENT = {
    "pending": "pending",
    "on-hold": "pending",
    "checkout-draft": "pending",
    "processing": "paid",
    "completed": "paid",
    "refunded": "refunded",
    "cancelled": "pending",
    "failed": "failed",
}
DRAFTS = frozenset({"checkout-draft", "auto-draft", "draft"})
LINE_COLUMN = "line_item_"


class WooCommerceOrders:
    """A reader of the export."""

    def __init__(self, *, file: ImportFile, reading: Reading) -> None:
        self.currency, self.zone = reading.currency, reading.zone
        self.table = Table(file)
        self.table.require(
            "order_id",
            "order_date",
            "status",
            "order_total",
            f"{LINE_COLUMN}1",
            what="an export of WooCommerce orders",
        )
        self._line_columns = [
            index for name, index in self.table.at.items() if name.startswith(LINE_COLUMN)
        ]
        self._billing = AddressColumns(self.table, _address_columns("billing"))
        self._shipping = AddressColumns(self.table, _address_columns("shipping"))

    def items(self) -> Iterator[Item]:
        for row in self.table.rows():
            if isinstance(row, Reject):
                yield row
                continue
            line, cells = row
            try:
                yield Record(line, self._order(cells), dated=False)
            except BadValue as error:
                yield Reject(line, str(error), self.table.raw(cells))

    def _cell(self, cells: list[str], name: str) -> str:
        return cells[self.table.column(name)].strip()

    def _moment(self, cells: list[str], name: str, form: str = "") -> datetime | None:
        return values.moment(self._cell(cells, name), zone=self.zone, form=form, column=name)

    def _order(self, cells: list[str]) -> snapshots.OrderSnapshot:
        external_id = self._cell(cells, "order_id")
        if not external_id:
            raise BadValue("order_id is empty.")
        currency = self._cell(cells, "order_currency").upper() or self.currency
        placed_at = self._moment(cells, "order_date", ORDER_DATE)
        if placed_at is None:
            raise BadValue("order_date is empty.")
        paid_at = self._moment(cells, "paid_date")
        completed_at = self._moment(cells, "completed_date")
        refunds = self._refunds(cells, currency)
        latest = max(
            at
            for at in (placed_at, paid_at, completed_at, *(one.happened_at for one in refunds))
            if at
        )
        status = self._cell(cells, "status").lower().removeprefix("wc-")
        email = values.email(self._cell(cells, "billing_email")) or values.email(
            self._cell(cells, "customer_email")
        )
        billing, delivery = self._billing.read(cells), self._shipping.read(cells)
        lines = self._lines(cells, currency)
        total = self._money(cells, "order_total", currency)
        shipping = self._money(cells, "shipping_total", currency)
        return snapshots.OrderSnapshot(
            source=SOURCE,
            external_id=external_id[:120],
            number=(self._cell(cells, "order_number") or external_id)[:64],
            currency=currency,
            placed_at=placed_at,
            updated_at=latest,
            total=total,
            subtotal=Amount(sum(one.total.minor + one.discount.minor for one in lines)),
            discount=self._money(cells, "discount_total", currency),
            shipping=shipping,
            tax=self._money(cells, "tax_total", currency),
            taxes_included=False,
            payment_status=_payment(status, refunds, total),
            payment_method=self._cell(cells, "payment_method")[:120],
            shipping_method=self._cell(cells, "shipping_method")[:200],
            discounts=self._coupons(cells, currency),
            paid_at=paid_at,
            canceled_at=latest if status == "cancelled" else None,
            customer=self._person(cells, email, billing),
            email=email,
            shipping_address=delivery,
            billing_address=billing,
            lines=lines,
            refunds=refunds,
            is_draft=status in DRAFTS,
            note=self._cell(cells, "customer_note"),
            is_excerpt=True,
        )

    def _money(self, cells: list[str], name: str, currency: str) -> Amount:
        return values.money(self._cell(cells, name), currency=currency, column=name)

    def _lines(self, cells: list[str], currency: str) -> tuple[snapshots.LineSnapshot, ...]:
        packed = [cells[index] for index in self._line_columns if cells[index].strip()]
        return tuple(
            _line(place, _parts(text), currency) for place, text in enumerate(packed, start=1)
        )

    def _person(
        self, cells: list[str], email: str, address: snapshots.AddressSnapshot | None
    ) -> snapshots.CustomerSnapshot | None:
        external_id = self._cell(cells, "customer_id")
        if external_id == "0":  # a guest
            external_id = ""
        if not external_id and not email:
            return None
        return snapshots.CustomerSnapshot(
            external_id=external_id[:120],
            email=email,
            first_name=self._cell(cells, "billing_first_name")[:120],
            last_name=self._cell(cells, "billing_last_name")[:120],
            phone=self._cell(cells, "billing_phone")[:40],
            country=address.country if address else "",
            region=address.region[:16] if address else "",
        )

    def _coupons(self, cells: list[str], currency: str) -> tuple[tuple[str, Amount], ...]:
        found = (_parts(text) for text in self._cell(cells, "coupon_items").split(";") if text)
        return tuple(
            (one.get("code", "")[:120], values.money(one.get("amount", ""), currency=currency))
            for one in found
        )

    def _refunds(self, cells: list[str], currency: str) -> tuple[snapshots.RefundSnapshot, ...]:
        found = []
        for place, text in enumerate(self._cell(cells, "refund_items").split(";"), start=1):
            if not text.strip():
                continue
            parts = _parts(text)
            amount = values.money(parts.get("amount", ""), currency=currency, column="refund_items")
            at = values.moment(parts.get("date", ""), zone=self.zone, column="refund_items")
            if at is None:
                raise BadValue("refund_items: the refund has no date.")
            reason = parts.get("reason", "")[:300]
            found.append(
                snapshots.RefundSnapshot(f"{SUM}:{place}", Amount(abs(amount.minor)), at, reason)
            )
        return tuple(found)


def _payment(status: str, refunds: tuple[snapshots.RefundSnapshot, ...], total: Amount) -> str:
    given_back = sum(one.amount.minor for one in refunds)
    if status in PAYMENT and not given_back:
        return PAYMENT[status]
    if given_back:
        return "refunded" if given_back >= total.minor else "partially_refunded"
    return "pending"  # a state that some plug-in made up


def _parts(text: str) -> dict[str, str]:
    """``name:Formal shoe|sku:A12`` as a dictionary. A piece without a key belongs to the one before."""
    parts: dict[str, str] = {}
    key = ""
    for piece in text.split("|"):
        name, colon, value = piece.partition(":")
        if colon:
            key = name.strip()
            parts[key] = value.strip()
        elif key:
            parts[key] += f"|{piece}"
    return parts


def _line(place: int, parts: dict[str, str], currency: str) -> snapshots.LineSnapshot:
    quantity = values.quantity(parts.get("quantity", "") or "1", column=f"{LINE_COLUMN}{place}")
    if quantity <= 0:
        raise BadValue(f"{LINE_COLUMN}{place}: an order line needs at least one piece.")
    total = values.money(parts.get("total", ""), currency=currency, column=f"{LINE_COLUMN}{place}")
    each = values.money(
        f"{_exact(parts.get('total', '')) / quantity:f}", currency=currency, column="price"
    )
    variation = parts.get("_variation_id", "")
    return snapshots.LineSnapshot(
        external_id=f"{BY_PLACE}{place}",
        title=parts.get("name", "")[:300] or "(no name)",
        quantity=quantity,
        unit_price=each,
        total=Amount(total.minor),
        sku=parts.get("sku", "")[:120],
        product_external_id=parts.get("product_id", "")[:120],
        variant_external_id="" if variation in {"", "0"} else variation[:120],
        tax=values.money(parts.get("tax", ""), currency=currency, column="tax"),
    )


def _exact(text: str) -> Decimal:
    return values.quantity(text or "0", column="total")


def _address_columns(kind: str) -> dict[str, str]:
    return {
        "first_name": f"{kind}_first_name",
        "name": f"{kind}_last_name",
        "company": f"{kind}_company",
        "street": f"{kind}_address_1",
        "street2": f"{kind}_address_2",
        "city": f"{kind}_city",
        "region": f"{kind}_state",
        "postcode": f"{kind}_postcode",
        "country": f"{kind}_country",
        "phone": f"{kind}_phone",
    }


def read_orders(*, file: ImportFile, reading: Reading) -> Iterator[Item]:
    """Orders of the plug-in's export. Raises `UnknownFile`."""
    return WooCommerceOrders(file=file, reading=reading).items()
