"""Shopify's orders export: the order's own columns on its first line, one more line per item.

Both today's 79 columns and those of 2012 (no ``Id``, no refunds) are read. The export has no ids of
lines, customers or parcels and no time of the last change. An order of 2012 is known by its number,
until a hook tells its id.
"""

from collections.abc import Iterator
from datetime import datetime

from core.money import Amount
from orders.imports import values
from orders.imports.addresses import AddressColumns
from orders.imports.files import ImportFile, Table
from orders.imports.grouping import Group, grouped
from orders.imports.records import Item, Reading, Record, Reject
from orders.imports.trouble import SIBLING, BadLine, BadValue
from orders.ingest import snapshots
from orders.ingest.shopify.orders import PAYMENTS
from orders.operations.apply_lines import BY_PLACE
from orders.operations.file_parcels import WHOLE
from orders.operations.lock_order import BY_NUMBER
from orders.operations.refund_sums import SUM

SOURCE = "shopify"
FULFILLED = frozenset({"fulfilled", "shipped"})  # today's word and the one of 2012
WORDING = "Accepts Marketing: yes (Shopify orders export)"


class ShopifyOrders:
    """A reader of the export."""

    def __init__(self, *, file: ImportFile, reading: Reading) -> None:
        self.currency, self.zone = reading.currency, reading.zone
        self.table = Table(file)
        self.table.require(
            "Name",
            "Created at",
            "Lineitem quantity",
            "Lineitem name",
            "Lineitem price",
            "Total",
            what="Shopify's orders export",
        )
        self._billing = AddressColumns(self.table, _address_columns("Billing"))
        self._shipping = AddressColumns(self.table, _address_columns("Shipping"))

    def items(self) -> Iterator[Item]:
        column = self.table.column("Name")
        for group in grouped(rows=self.table.rows(), column=column, raw=self.table.raw):
            if isinstance(group, Reject):
                yield group
                continue
            try:
                order = self._order(group)
            except BadLine as bad:
                for at, cells in group.rows:
                    reason = bad.reason if at == bad.line else SIBLING.format(line=bad.line)
                    yield Reject(at, reason, self.table.raw(cells))
            else:
                yield Record(group.rows[0][0], order, dated=False)

    def _order(self, group: Group) -> snapshots.OrderSnapshot:
        line, cells = group.rows[0]
        try:
            currency = self._currency(cells)
            lines = []
            for place, (line, its_cells) in enumerate(group.rows, start=1):  # noqa: B007 (told below)
                lines.append(self._line(place, its_cells, currency))
            line = group.rows[0][0]
            return self._snapshot(group, cells, currency, tuple(lines))
        except BadValue as error:
            raise BadLine(line, str(error)) from error

    def _cell(self, cells: list[str], name: str) -> str:
        return cells[self.table.column(name)].strip()

    def _moment(self, cells: list[str], name: str) -> datetime | None:
        return values.moment(self._cell(cells, name), zone=self.zone, column=name)

    def _currency(self, cells: list[str]) -> str:
        if not self._cell(cells, "Total"):
            raise BadValue("The first line of the order is missing: this one holds an item only.")
        currency = self._cell(cells, "Currency").upper() or self.currency
        if len(currency) != 3 or not currency.isalpha():
            raise BadValue(f"Currency: “{currency}” is no currency.")
        return currency

    def _money(self, cells: list[str], name: str, currency: str) -> Amount:
        return values.money(self._cell(cells, name), currency=currency, column=name)

    def _line(self, place: int, cells: list[str], currency: str) -> snapshots.LineSnapshot:
        quantity = values.quantity(
            self._cell(cells, "Lineitem quantity"), column="Lineitem quantity"
        )
        if quantity <= 0:
            raise BadValue("Lineitem quantity: an order line needs at least one piece.")
        price = self._money(cells, "Lineitem price", currency)
        discount = self._money(cells, "Lineitem discount", currency)
        return snapshots.LineSnapshot(
            external_id=f"{BY_PLACE}{place}",
            title=self._cell(cells, "Lineitem name")[:300] or "(no name)",
            quantity=quantity,
            unit_price=price,
            total=Amount(int(price.minor * quantity) - discount.minor),
            sku=self._cell(cells, "Lineitem sku")[:120],
            discount=discount,
            needs_shipping=self._cell(cells, "Lineitem requires shipping") != "false",
        )

    def _snapshot(
        self,
        group: Group,
        cells: list[str],
        currency: str,
        lines: tuple[snapshots.LineSnapshot, ...],
    ) -> snapshots.OrderSnapshot:
        placed_at = self._moment(cells, "Created at")
        if placed_at is None:
            raise BadValue("Created at is empty.")
        paid_at, canceled_at = self._moment(cells, "Paid at"), self._moment(cells, "Cancelled at")
        fulfilled_at = self._moment(cells, "Fulfilled at")
        status = self._cell(cells, "Financial Status").lower()
        if status and status not in PAYMENTS:
            raise BadValue(f"Financial Status: “{status}” is not known.")
        latest = max(at for at in (placed_at, paid_at, canceled_at, fulfilled_at) if at)
        subtotal, shipping, tax, total = (
            self._money(cells, name, currency)
            for name in ("Subtotal", "Shipping", "Taxes", "Total")
        )
        code = self._cell(cells, "Discount Code")
        discount = self._money(cells, "Discount Amount", currency)
        email = values.email(self._cell(cells, "Email"))
        billing, delivery = self._billing.read(cells), self._shipping.read(cells)
        return snapshots.OrderSnapshot(
            source=SOURCE,
            external_id=(self._cell(cells, "Id").removeprefix("'") or f"{BY_NUMBER}{group.number}")[
                :120
            ],
            number=group.number[:64],
            currency=currency,
            placed_at=placed_at,
            updated_at=latest,
            total=total,
            subtotal=subtotal,
            discount=discount,
            shipping=shipping,
            tax=tax,
            taxes_included=subtotal.minor + shipping.minor + tax.minor != total.minor
            or tax.minor == 0,
            payment_status=PAYMENTS.get(status, "pending"),
            payment_method=self._cell(cells, "Payment Method")[:120],
            shipping_method=self._cell(cells, "Shipping Method")[:200],
            discounts=((code[:120], discount),) if code else (),
            paid_at=paid_at,
            canceled_at=canceled_at,
            customer=self._person(cells, email, billing or delivery),
            email=email,
            shipping_address=delivery,
            billing_address=billing,
            lines=lines,
            fulfillments=self._parcels(cells, fulfilled_at, latest),
            refunds=self._refunds(cells, currency, latest),
            consent=self._consent(cells, email, placed_at),
            tags=tuple(tag.strip() for tag in self._cell(cells, "Tags").split(",") if tag.strip()),
            note=self._cell(cells, "Notes"),
            is_excerpt=True,
        )

    def _person(
        self, cells: list[str], email: str, address: snapshots.AddressSnapshot | None
    ) -> snapshots.CustomerSnapshot | None:
        if not email:
            return None
        first, last = values.names(address.name if address else "")
        return snapshots.CustomerSnapshot(
            email=email,
            first_name=first[:120],
            last_name=last[:120],
            phone=self._cell(cells, "Phone").removeprefix("'")[:40],
            country=address.country if address else "",
            region=address.region[:16] if address else "",
        )

    def _consent(
        self, cells: list[str], email: str, placed_at: datetime
    ) -> snapshots.ConsentStatement | None:
        # "no" only says that the box was not ticked at this order; it withdraws nothing.
        if not email or self._cell(cells, "Accepts Marketing").lower() != "yes":
            return None
        return snapshots.ConsentStatement(
            email=email,
            basis="explicit",
            stated_at=placed_at,
            source=f"{SOURCE} checkout",
            wording=WORDING,
        )

    def _parcels(
        self, cells: list[str], fulfilled_at: datetime | None, latest: datetime
    ) -> tuple[snapshots.FulfillmentSnapshot, ...]:
        """“fulfilled” is one parcel of everything; of “partial” nobody can say which part left."""
        if self._cell(cells, "Fulfillment Status").lower() not in FULFILLED:
            return ()
        left_at = fulfilled_at or latest
        return (snapshots.FulfillmentSnapshot(WHOLE, "shipped", left_at, shipped_at=left_at),)

    def _refunds(
        self, cells: list[str], currency: str, latest: datetime
    ) -> tuple[snapshots.RefundSnapshot, ...]:
        """The export knows a sum and no date: one refund, dated by the latest time of the order."""
        amount = self._money(cells, "Refunded Amount", currency)
        if amount.minor <= 0:
            return ()
        return (snapshots.RefundSnapshot(SUM, Amount(amount.minor), latest),)


def _address_columns(kind: str) -> dict[str, str]:
    return {
        "name": f"{kind} Name",
        "company": f"{kind} Company",
        "street": f"{kind} Address1",
        "street2": f"{kind} Address2",
        "city": f"{kind} City",
        "region": f"{kind} Province",
        "postcode": f"{kind} Zip",
        "country": f"{kind} Country",
        "phone": f"{kind} Phone",
    }


def read_orders(*, file: ImportFile, reading: Reading) -> Iterator[Item]:
    """Orders of Shopify's export. Raises `UnknownFile`."""
    return ShopifyOrders(file=file, reading=reading).items()
