"""Any CSV of order lines, read through a mapping profile."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from core.money import Amount
from orders.imports import values
from orders.imports.files import ImportFile, Table
from orders.imports.grouping import Group, grouped
from orders.imports.lines import Lines, Said
from orders.imports.profile import NO_PROFILE, Profile
from orders.imports.profile_lines import LineWords, line_reader, said, times
from orders.imports.records import Correction, Item, Reading, Record, Reject
from orders.imports.trouble import SIBLING, BadLine, BadValue, UnknownFile
from orders.ingest import snapshots


@dataclass(slots=True)
class Draft:
    """An order while its lines are read."""

    placed_at: datetime
    updated_at: datetime
    customer: snapshots.CustomerSnapshot | None
    currency: str
    ids: list[str]
    said: list[Said]
    goods_minor: int = 0
    shipping_minor: int = 0
    discount_minor: int = 0


class ProfileOrders:
    """A reader of orders. `tally` counts what became no order line, by what became of it."""

    def __init__(self, *, file: ImportFile, profile: Profile, reading: Reading) -> None:
        self.profile = profile
        self.currency = profile.currency or reading.currency
        self.zone = profile.zone or reading.zone
        self.tally = reading.tally
        self.table = Table(file, delimiter=profile.delimiter)
        self.table.require(*profile.columns.values(), what=f"a file for the profile {profile.name}")
        self.at = {ours: self.table.column(theirs) for ours, theirs in profile.columns.items()}
        self.absent = len(self.table.header)
        column = self.at.get
        self._words = line_reader(
            profile=profile, currency=self.currency, column=column, absent=self.absent
        )
        self._customer = column("customer", self.absent)
        self._names: dict[str, tuple[datetime, str]] = {}  # by product: when, first
        self._latest: dict[str, str] = {}
        self._numbers: list[str] = []
        self._prefix = profile.canceled_prefix
        self._may_be_plain = profile.duplicates != "drop"
        self._has_discount = "discount" in profile.columns

    def items(self) -> Iterator[Item]:
        """Orders and corrections in file order."""
        column = self.at["order"]
        for group in grouped(rows=self.table.rows(), column=column, raw=self.table.raw):
            if isinstance(group, Reject):
                yield group
            else:
                yield from self._group(group)
        yield from self._renamed()

    def _renamed(self) -> Iterator[Record]:
        """Products that the file calls by several names: the latest holds."""
        for product, (at, first) in self._names.items():
            if (latest := self._latest[product]) != first:
                yield Record(
                    0,
                    snapshots.ProductSnapshot(
                        source=self.profile.source,
                        external_id=product[:120],
                        title=latest,
                        updated_at=at,
                    ),
                )

    def _note_name(self, product: str, title: str, at: datetime) -> None:
        if not product or not title or self._latest.get(product) == title:
            return
        known = self._names.get(product)
        if known is None or at >= known[0]:
            self._names[product] = (at, known[1] if known else title)
            self._latest[product] = title

    def _group(self, group: Group) -> Iterator[Item]:
        if (plain := self._plain_order(group)) is not None:
            yield plain
            return
        try:
            yield from list(self._read(group))
        except BadLine as bad:
            for line, cells in group.rows:
                reason = bad.reason if line == bad.line else SIBLING.format(line=bad.line)
                yield Reject(line, reason, self.table.raw(cells))

    def _read(self, group: Group) -> Iterator[Item]:
        takes_back = bool(self._prefix) and group.number.startswith(self._prefix)
        draft: Draft | None = None
        seen: set[tuple[str, ...]] = set()
        for place, (line, cells) in enumerate(group.rows, start=1):
            try:
                if self.profile.duplicates == "drop":
                    key = tuple(cells)
                    if key in seen:
                        self.tally["repeated lines dropped"] += 1
                        continue
                    seen.add(key)
                words = next(self._words((cells,)))
                if words is None:
                    self.tally["lines that are no goods"] += 1
                    continue
                if takes_back or not words.is_plain:
                    reason = self._correction_reason(cells, words, takes_back)
                else:
                    reason = ""
                if reason:
                    yield Record(line, self._correction(group, place, cells, words, reason))
                    continue
                draft = draft or self._draft(cells)
                self._add(draft, place=place, words=words)
            except BadValue as error:
                raise BadLine(line, str(error)) from error
        if draft is not None:
            try:
                yield self._order(group, draft)
            except BadValue as error:
                raise BadLine(group.rows[0][0], str(error)) from error

    def _plain_order(self, group: Group) -> Record | None:
        """An order with nothing but plain lines of goods, all at once; None where any is not.

        What cannot be read is left to the way line by line, which says where it stands.
        """
        if not self._may_be_plain or (self._prefix and group.number.startswith(self._prefix)):
            return None
        try:
            told: list[LineWords] = []
            sayings: list[Said] = []
            for words in self._words([cells for _, cells in group.rows]):
                if words is None or not words.is_plain or words.is_shipping:
                    return None
                if words.said is None:
                    words.said = said(words, profile=self.profile, currency=self.currency)
                told.append(words)
                sayings.append(words.said)
            draft = self._draft(group.rows[0][1])
            draft.ids, draft.said = self._places(len(told)), sayings
            draft.goods_minor = sum([one.minor for one in sayings])
            if self._has_discount:
                draft.discount_minor = sum([one.line.discount.minor for one in sayings])
            order = self._order(group, draft)
        except BadValue:
            return None
        latest = self._latest.get
        if [words for words in told if latest(words.product) != words.title]:
            for words in told:
                self._note_name(words.product, words.title, draft.placed_at)
        return order

    def _places(self, count: int) -> list[str]:
        """Ids of lines that have none: their places."""
        while len(self._numbers) < count:
            self._numbers.append(str(len(self._numbers) + 1))
        return self._numbers[:count]

    def _correction_reason(self, cells: list[str], words: LineWords, takes_back: bool) -> str:
        """What kind of correction this line is; empty for a line of an order."""
        if takes_back:
            return "canceled"
        if words.quantity < 0:
            if self.profile.negative_lines == "reject":
                raise BadValue("The quantity is negative on a line that is no cancellation.")
            return self.profile.negative_lines
        if not words.quantity:
            raise BadValue("The quantity is zero.")
        if words.price.minor < 0:
            raise BadValue("The unit price is negative.")
        if words.price.minor == 0 and not words.price.source_text:
            if self.profile.free_without_customer != "keep" and not cells[self._customer].strip():
                return self.profile.free_without_customer
            self.tally["free lines"] += 1
        return ""

    def _correction(
        self, group: Group, place: int, cells: list[str], words: LineWords, reason: str
    ) -> Correction:
        quantity = abs(words.quantity) if reason == "canceled" else words.quantity
        return Correction(
            source=self.profile.source,
            external_id=f"{group.number}:{place}",
            reason=reason,
            quantity=quantity,
            amount=Amount(times(words.price, quantity, self.currency)),
            currency=self.currency,
            happened_at=self._moment(cells, "placed_at") or _missing("date"),
            customer=self._person(cells),
            sku=words.sku,
            title=words.title,
        )

    def _draft(self, cells: list[str]) -> Draft:
        placed_at = self._moment(cells, "placed_at") or _missing("date")
        currency = self._cell(cells, "currency").upper() or self.currency
        if currency != self.currency:
            raise BadValue(f"The currency {currency} differs from the file's {self.currency}.")
        times = [placed_at] + [
            at
            for name in ("paid_at", "shipped_at", "delivered_at", "updated_at")
            if (at := self._moment(cells, name))
        ]
        stated = self._moment(cells, "updated_at")
        return Draft(
            placed_at=placed_at,
            updated_at=stated or max(times),
            customer=self._person(cells),
            currency=currency,
            ids=[],
            said=[],
        )

    def _add(self, draft: Draft, *, place: int, words: LineWords) -> None:
        if words.is_shipping:
            draft.shipping_minor += words.total.minor
            self.tally["shipping lines"] += 1
            return
        if words.said is None:
            words.said = said(words, profile=self.profile, currency=self.currency)
        line = words.said.line
        draft.goods_minor += line.total.minor
        draft.discount_minor += line.discount.minor
        self._note_name(words.product, words.title, draft.placed_at)
        draft.ids.append(str(place))
        draft.said.append(words.said)

    def _order(self, group: Group, draft: Draft) -> Record:
        first_line, cells = group.rows[0]
        status = self._cell(cells, "status").lower()
        canceled = status in self.profile.canceled_words
        email = draft.customer.email if draft.customer else ""
        return Record(
            first_line,
            snapshots.OrderSnapshot(
                source=self.profile.source,
                external_id=group.number[:120],
                number=group.number[:64],
                currency=draft.currency,
                placed_at=draft.placed_at,
                updated_at=draft.updated_at,
                subtotal=Amount(draft.goods_minor),
                discount=Amount(draft.discount_minor),
                shipping=Amount(draft.shipping_minor),
                total=Amount(draft.goods_minor + draft.shipping_minor),
                payment_status=self.profile.payment_status,
                paid_at=self._moment(cells, "paid_at")
                or (draft.placed_at if self.profile.payment_status == "paid" else None),
                canceled_at=draft.updated_at if canceled else None,
                promised_at=self._moment(cells, "promised_at"),
                customer=draft.customer,
                email=email,
                lines=Lines(draft.ids, draft.said),
                fulfillments=self._parcel(group, cells),
            ),
            dated=bool(self._cell(cells, "updated_at")),
        )

    def _parcel(self, group: Group, cells: list[str]) -> tuple[snapshots.FulfillmentSnapshot, ...]:
        shipped = self._moment(cells, "shipped_at")
        delivered = self._moment(cells, "delivered_at")
        if not shipped and not delivered:
            return ()
        parcel = snapshots.FulfillmentSnapshot(
            external_id=f"file:{group.number}"[:120],
            status="delivered" if delivered else "shipped",
            carrier=self._cell(cells, "carrier"),
            tracking_number=self._cell(cells, "tracking_number"),
            shipped_at=shipped,
            delivered_at=delivered,
        )
        return (parcel,)

    def _person(self, cells: list[str]) -> snapshots.CustomerSnapshot | None:
        external_id = cells[self._customer].strip()
        email = values.email(self._cell(cells, "email"))
        if not external_id and not email:
            return None
        first, last = self._cell(cells, "first_name"), self._cell(cells, "last_name")
        if not first and not last:
            first, last = values.names(self._cell(cells, "name"))
        country = self._cell(cells, "country")
        return snapshots.CustomerSnapshot(
            external_id=external_id[:120],
            email=email,
            first_name=first[:120],
            last_name=last[:120],
            phone=self._cell(cells, "phone")[:40],
            country=self.profile.countries.get(country) or values.country(country),
        )

    def _cell(self, cells: list[str], name: str) -> str:
        return cells[self.at.get(name, self.absent)].strip()

    def _moment(self, cells: list[str], name: str) -> datetime | None:
        text = cells[self.at.get(name, self.absent)]
        if not text:
            return None
        return values.moment(
            text, zone=self.zone, form=self.profile.date_format, column=name.replace("_", " ")
        )


def _missing(what: str) -> datetime:
    raise BadValue(f"The {what} is empty.")


def read_orders(*, file: ImportFile, reading: Reading) -> Iterator[Item]:
    """Orders of a CSV through its profile. Raises `UnknownFile`."""
    if reading.profile is None:
        raise UnknownFile(NO_PROFILE)
    return ProfileOrders(file=file, profile=reading.profile, reading=reading).items()
