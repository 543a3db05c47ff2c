"""The guarantees of an order's pieces, as the order stands: begun at delivery, ended when given back."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from core.stores.models import Store
from orders.models import Claim, Fulfillment, FulfillmentLine, Guarantee, Order, OrderLine
from orders.warranty.own_terms import Terms, own_terms, terms_for
from orders.warranty.terms import promised

MOST_PIECES = 20  # of one line; a box of screws has one guarantee, not five hundred


def settle_guarantees(*, order_id: int, now: datetime) -> None:
    """Bring the guarantees of an order in line with it, whatever was told and in whatever order.

    It reads the order only, never the news that called: told twice, late or the other way round ends
    in the same rows. A piece with a claim keeps its day. Inside the store's scope.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update().filter(pk=order_id).first()
        if order is None or order.is_test or order.source_updated_at is None:
            return
        store = Store.objects.get(pk=order.store_id)
        lines = list(OrderLine.objects.filter(order=order).select_related("product"))
        known = {
            (row.order_line_id, row.piece): row
            for row in Guarantee.objects.select_for_update().filter(order_line__order=order)
        }
        arrived = _arrivals(order, store)
        terms = own_terms()
        for line in lines:
            pieces = pieces_of(line) if order.is_standing else 0
            for piece in range(1, max(pieces, _most(known, line)) + 1):
                row = known.get((line.pk, piece))
                day = arrived.get(line.pk)
                if piece > pieces or day is None:
                    _end(row, now)
                else:
                    _begin(row, order, line, piece, day, terms, store, now)


def pieces_of(line: OrderLine) -> int:
    """How many pieces of a line have a guarantee each; a part or a great many of something count once."""
    if line.product_id is None or not line.needs_shipping:
        return 0
    kept = line.quantity - line.refunded_quantity
    if kept <= 0:
        return 0
    if line.quantity != line.quantity.to_integral_value() or line.quantity > MOST_PIECES:
        return 1
    return int(kept.to_integral_value(rounding="ROUND_CEILING"))


def _most(known: dict[tuple[int | None, int], Guarantee], line: OrderLine) -> int:
    return max((piece for line_id, piece in known if line_id == line.pk), default=0)


def _arrivals(order: Order, store: Store) -> dict[int, date]:
    """The local day on which each line arrived: its parcel's, else the whole order's."""
    days: dict[int, date] = {}
    rows = FulfillmentLine.objects.filter(
        fulfillment__order=order,
        fulfillment__status=Fulfillment.Status.DELIVERED,
        fulfillment__delivered_at__isnull=False,
        quantity__gt=Decimal(0),
    ).select_related("fulfillment")
    for row in rows:
        moment = row.fulfillment.delivered_at
        assert moment is not None  # noqa: S101 (filtered above)
        day = moment.astimezone(store.zone).date()
        days[row.order_line_id] = max(day, days.get(row.order_line_id, day))
    if order.delivered_at is not None:
        whole = order.delivered_at.astimezone(store.zone).date()
        for pk in OrderLine.objects.filter(order=order).values_list("pk", flat=True):
            days.setdefault(pk, whole)
    return days


def _end(row: Guarantee | None, now: datetime) -> None:
    if row is not None and row.ended_at is None:
        row.ended_at = now
        row.save(update_fields=["ended_at"])


def _begin(
    row: Guarantee | None,
    order: Order,
    line: OrderLine,
    piece: int,
    day: date,
    terms: Terms,
    store: Store,
    now: datetime,
) -> None:
    product = line.product
    assert product is not None  # noqa: S101 (pieces_of has seen to it)
    if row is not None and (row.starts_on == day or row.claims.exists()):
        paid_back = Claim.Outcome.REFUNDED  # ended by its claim, whatever the order says
        if row.ended_at is not None and row.claims.filter(outcome=paid_back).exists():
            return
        if row.ended_at is not None:
            row.ended_at = None
            row.save(update_fields=["ended_at"])
        return
    country = str((order.shipping_address or {}).get("country") or "")[:2].upper()
    own = terms_for(terms=terms, product=product)
    ends = promised(starts_on=day, country=country, own_months=own.months if own else 0)
    if row is None:
        row = Guarantee(
            store_id=order.store_id,
            order_line=line,
            piece=piece,
            created_at=now,
            checked_at=now,
            bought_on=order.placed_at.astimezone(store.zone).date(),
        )
    row.product, row.customer_id, row.title = product, order.customer_id, line.title[:300]
    row.country, row.starts_on, row.ended_at = country, day, None
    row.law_until, row.until = ends.law_until, ends.until
    row.save()
