"""What a file takes back without naming an order: kept first, met with what was bought at the end.

A cancellation waits as an adjustment until the whole file is in, so that the outcome hangs neither
on batches nor on the order of the file's lines. Then each meets the customer's latest earlier line of
that product, and goes on to the line before where that is not enough. What finds nothing stays an
adjustment, ``unmatched``.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from core.stores.models import Store
from orders.imports.buyers import Buyers, Meeting
from orders.imports.drafts import ORIGIN
from orders.imports.history import record_history
from orders.imports.records import Correction
from orders.imports.tables import insert_rows, insert_values, update_column, update_rows
from orders.models import Adjustment, Fulfillment, Order, OrderLine, Refund
from orders.operations.announce_order import of_refund
from orders.operations.fit_row import plain, quantity
from orders.operations.settle_order import settle_order

WAITING = "waiting"
UNMATCHED = "unmatched"
CANCELED = "canceled"
PEOPLE_AT_ONCE = 500
COLUMNS = (
    "store_id",
    "source",
    "external_id",
    "customer_id",
    "sku",
    "title",
    "quantity",
    "amount_minor",
    "currency",
    "reason",
    "happened_at",
)


@dataclass(slots=True)
class Line:
    """An order line that something may be taken back from."""

    pk: int
    order_id: int
    external_id: str
    left: Decimal
    back: Decimal


@dataclass(slots=True)
class Meetings:
    """What a few customers' cancellations came to, to be written at once."""

    refunds: dict[tuple[int, str], Refund] = field(default_factory=dict)
    back: dict[int, Decimal] = field(default_factory=dict)
    kept: list[Adjustment] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)


class Corrections:
    """Keeps a file's corrections, and matches those that wait."""

    def __init__(self, *, store: Store, source: str, now: datetime) -> None:
        self._store, self._source, self._now = store, source, now

    def keep(self, corrections: Sequence[Correction], *, counts: Counter[str]) -> None:
        """Write the corrections of a batch as adjustments; those told before are only counted."""
        if not corrections:
            return
        people = self._meet(corrections, counts)
        known = self._known(corrections, people)
        rows = []
        for one, person in zip(corrections, people, strict=True):
            cancels = one.reason == CANCELED
            if (one.source, one.external_id) in known:
                counts[
                    "cancellations already there" if cancels else "corrections already there"
                ] += 1
                continue
            known.add((one.source, one.external_id))
            counts["cancellations" if cancels else one.reason.replace("_", " ") + "s"] += 1
            rows.append(
                (
                    self._store.pk,
                    one.source,
                    one.external_id[:190],
                    person,
                    one.sku[:120],
                    one.title[:300],
                    quantity(one.quantity),
                    one.amount.minor,
                    one.currency,
                    WAITING if cancels else one.reason[:40],
                    one.happened_at,
                )
            )
        insert_values(Adjustment, COLUMNS, rows)

    def match_some(self) -> Counter[str] | None:
        """Meet the waiting cancellations of a few people, in the caller's transaction.

        None when nothing waits any more.
        """
        waiting = Adjustment.objects.filter(
            store_id=self._store.pk, source=self._source, reason=WAITING
        )
        counts: Counter[str] = Counter()
        people = list(
            waiting.filter(customer__isnull=False)
            .order_by("customer_id")
            .values_list("customer_id", flat=True)
            .distinct()[:PEOPLE_AT_ONCE]
        )
        if not people:
            nameless = waiting.update(reason=UNMATCHED)
            return Counter({"cancellations unmatched": nameless}) if nameless else None
        mine = list(
            waiting.select_for_update()
            .filter(customer_id__in=people)
            .order_by("customer_id", "sku", "happened_at", "external_id")
        )
        self._write(self._work_out(self._source, mine, counts))
        return counts

    def _meet(self, corrections: Sequence[Correction], counts: Counter[str]) -> list[int | None]:
        buyers = Buyers(store=self._store, now=self._now, counts=counts)
        meetings = [
            Meeting(one.customer, one.customer.email, one.source, one.happened_at)
            if one.customer
            else None
            for one in corrections
        ]
        buyers.load([one for one in meetings if one])
        met = [
            buyers.meet(meeting, used_at=one.happened_at) if meeting else None
            for one, meeting in zip(corrections, meetings, strict=True)
        ]
        buyers.save()
        return [one.pk if one else None for one in met]

    def _known(
        self, corrections: Sequence[Correction], people: Sequence[int | None]
    ) -> set[tuple[str, str]]:
        """Corrections that are here as adjustments, or as refunds of the same cancellation."""
        known = set(
            Adjustment.objects.filter(
                store_id=self._store.pk,
                source__in={one.source for one in corrections},
                external_id__in=[one.external_id for one in corrections],
            ).values_list("source", "external_id")
        )
        invoices = {_invoice(one.external_id) for one in corrections if one.reason == CANCELED}
        refunded = set(
            Refund.objects.filter(
                order__store_id=self._store.pk,
                order__customer_id__in={pk for pk in people if pk},
                external_id__in=invoices,
            ).values_list("order__source", "external_id")
        )
        return known | {
            (one.source, one.external_id)
            for one in corrections
            if (one.source, _invoice(one.external_id)) in refunded
        }

    def _work_out(
        self, source: str, waiting: Sequence[Adjustment], counts: Counter[str]
    ) -> Meetings:
        outcome = Meetings()
        bought, placed = self._bought(source, waiting)
        for one in waiting:
            rest, rest_amount = one.quantity, one.amount_minor
            for line in bought.get((one.customer_id or 0, one.sku), ()):
                if rest <= 0:
                    break
                if line.left <= 0 or placed[line.order_id].placed_at > one.happened_at:
                    continue
                taken = min(rest, line.left)
                amount = _share(rest_amount, taken, rest)
                rest, rest_amount = rest - taken, rest_amount - amount
                line.left -= taken
                line.back += taken
                outcome.back[line.pk] = line.back
                self._give_back(outcome, placed[line.order_id], line, one, taken, amount)
            if rest <= 0:
                outcome.gone.append(one.pk)
                counts["cancellations matched"] += 1
                continue
            if rest < one.quantity:
                counts["cancellations matched in part"] += 1
            else:
                counts["cancellations unmatched"] += 1
            one.quantity, one.amount_minor, one.reason = rest, rest_amount, UNMATCHED
            outcome.kept.append(one)
        return outcome

    def _bought(
        self, source: str, waiting: Iterable[Adjustment]
    ) -> tuple[dict[tuple[int, str], list[Line]], dict[int, Order]]:
        """Lines by customer and product, the latest first, and their orders, locked."""
        people = {one.customer_id for one in waiting}
        orders = {
            order.pk: order
            for order in Order.objects.living()
            .select_for_update()
            .filter(store_id=self._store.pk, customer_id__in=people, source=source)
            .only("store_id", "customer_id", "placed_at", "currency", "refunded_minor")
            .order_by("pk")
        }
        rows = (
            OrderLine.objects.filter(
                order_id__in=list(orders), sku__in={one.sku for one in waiting} - {""}
            )
            .order_by()
            .values_list(
                "order_id", "position", "pk", "external_id", "sku", "quantity", "refunded_quantity"
            )
        )
        bought: dict[tuple[int, str], list[Line]] = {
            (one.customer_id or 0, one.sku): [] for one in waiting
        }
        buyers = {pk: order.customer_id or 0 for pk, order in orders.items()}
        theirs = [row for row in rows if (buyers[row[0]], row[4]) in bought]
        for order_id, _, pk, external_id, sku, pieces, back in sorted(
            theirs, key=lambda row: (orders[row[0]].placed_at, row[:3]), reverse=True
        ):
            line = Line(pk, order_id, external_id, pieces - back, back)
            bought[buyers[order_id], sku].append(line)
        return bought, orders

    def _give_back(
        self,
        outcome: Meetings,
        order: Order,
        line: Line,
        told: Adjustment,
        taken: Decimal,
        amount: int,
    ) -> None:
        invoice = _invoice(told.external_id)
        refund = outcome.refunds.get((order.pk, invoice))
        if refund is None:
            refund = outcome.refunds[(order.pk, invoice)] = Refund(
                store_id=self._store.pk,
                order_id=order.pk,
                external_id=invoice[:120],
                amount_minor=0,
                currency=order.currency,
                reason=f"Cancellation {invoice}"[:300],
                lines=[],
                happened_at=told.happened_at,
            )
        refund.order = order
        refund.amount_minor += amount
        order.refunded_minor += amount
        refund.lines.append(
            {
                "line_external_id": line.external_id,
                "quantity": plain(quantity(taken)),
                "amount_minor": amount,
            }
        )

    def _write(self, outcome: Meetings) -> None:
        refunds = list(outcome.refunds.values())
        insert_rows(refunds)
        update_column(OrderLine, "refunded_quantity", outcome.back)
        orders: dict[int, Order] = {refund.order_id: refund.order for refund in refunds}
        update_column(
            Order, "refunded_minor", {pk: order.refunded_minor for pk, order in orders.items()}
        )
        Adjustment.objects.filter(pk__in=outcome.gone).delete()
        update_rows(outcome.kept, ["quantity", "amount_minor", "reason"])
        facts = (fact for one in refunds for fact in of_refund(order=one.order, refund=one))
        record_history(
            sorted(facts, key=lambda fact: fact.occurred_at), store=self._store, now=self._now
        )
        sent: Any = Fulfillment.objects.filter(order_id__in=orders).values_list(
            "order_id", flat=True
        )
        for pk in sorted(set(sent)):  # what is still to be sent has changed
            order = Order.objects.select_for_update().get(pk=pk)
            settle_order(order=order, store=self._store, origin=ORIGIN, now=self._now)


def _invoice(external_id: str) -> str:
    """The cancellation that a line (``C536379:2``) belongs to."""
    return external_id.rpartition(":")[0] or external_id


def _share(amount: int, part: Decimal, whole: Decimal) -> int:
    """The part's share of an amount; the last part gets what is left."""
    if part == whole:
        return amount
    return int((amount * part / whole).quantize(Decimal(1), rounding=ROUND_HALF_UP))
