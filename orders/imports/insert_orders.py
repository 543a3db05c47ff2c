"""Drafts of new orders into the tables, a whole batch in a handful of statements.

The rows and events are those that `apply_order` would write for each in turn.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from core.events.spine import Fact, record_all
from core.stores.models import Store
from orders.imports.buyers import Buyers, Hard, meeting_of
from orders.imports.drafts import ORIGIN, Draft, labels_of
from orders.imports.goods import Goods
from orders.imports.history import record_history
from orders.imports.insert_lines import insert_lines
from orders.imports.tables import insert_rows, insert_values
from orders.ingest.snapshots import Unreadable
from orders.models import FulfillmentLine, OrderLine, TrackingEvent
from orders.operations.announce_order import of_order, of_parcel, of_refund
from orders.operations.keep_documents import of_documents
from orders.operations.keep_tracking import hold_numbers
from orders.operations.recount_customers import recount_customers
from orders.operations.settle_vouchers import settle_vouchers
from orders.operations.state_consent import consent_fact


def insert_orders(
    *,
    drafts: Sequence[Draft],
    store: Store,
    goods: Goods,
    counts: Counter[str],
    now: datetime,
) -> int:
    """Insert new orders up to the first that needs the rules for one at a time; how many.

    Raises nothing for a bad order: it is left to the rules as well.
    """
    heard = _heard(drafts, store=store)
    meetings = [meeting_of(draft.snapshot) for draft in drafts]
    buyers = Buyers(store=store, now=now, counts=counts)
    buyers.load(meetings)
    fit_in = 0
    for draft, meeting in zip(drafts, meetings, strict=True):
        if draft.parcels and not labels_of(draft.snapshot).isdisjoint(heard):
            break
        try:
            draft.buyer = buyers.meet(meeting, used_at=draft.snapshot.placed_at)
        except (Hard, Unreadable):
            break
        heard.update(row.tracking_number for row in draft.tracking)
        fit_in += 1
    drafts = drafts[:fit_in]
    buyers.save()
    for draft in drafts:
        draft.order.customer_id = draft.buyer.pk if draft.buyer else None
    insert_rows([draft.order for draft in drafts])
    insert_lines(drafts=drafts, store=store, goods=goods, counts=counts)
    _insert_parts(drafts, store=store)
    settle_vouchers(orders=[draft.order for draft in drafts], had_codes=False)
    _record(drafts, store=store, now=now)
    recount_customers(customer_ids={draft.order.customer_id for draft in drafts})
    counts["orders new"] += len(drafts)
    return len(drafts)


def _heard(drafts: Sequence[Draft], *, store: Store) -> set[str]:
    """Names under which carriers have spoken of parcels before the shop did."""
    labels = set[str]().union(*(labels_of(draft.snapshot) for draft in drafts))
    if not labels:
        return labels
    numbers = {parcel.row.tracking_number for draft in drafts for parcel in draft.parcels}
    hold_numbers(store_id=store.pk, tracking_numbers=numbers)  # no carrier speaks in between
    known = TrackingEvent.objects.filter(store_id=store.pk, tracking_number__in=labels)
    return set(known.order_by().values_list("tracking_number", flat=True).distinct())


def _insert_parts(drafts: Sequence[Draft], *, store: Store) -> None:
    """Parcels with their contents and news, refunds, papers."""
    for draft in drafts:
        for parcel in draft.parcels:
            parcel.row.order_id = draft.order.pk
        for refund in draft.refunds:
            refund.order_id = draft.order.pk
        for paper in draft.documents:
            paper.order_id = draft.order.pk
    insert_rows([parcel.row for draft in drafts for parcel in draft.parcels])
    for draft in drafts:
        for parcel in draft.parcels:
            for row in parcel.news:
                row.fulfillment_id = parcel.row.pk
    _insert_contents(drafts, store=store)
    insert_rows([row for draft in drafts for row in draft.tracking])
    insert_rows([row for draft in drafts for row in draft.refunds])
    insert_rows([row for draft in drafts for row in draft.documents])


def _insert_contents(drafts: Sequence[Draft], *, store: Store) -> None:
    filled = [(draft, one) for draft in drafts for one in draft.parcels if one.rule.lines]
    orders = {draft.order.pk for draft, _ in filled}
    lines = OrderLine.objects.filter(store_id=store.pk, order_id__in=orders).order_by()
    keys = {
        (order_id, external_id): pk
        for order_id, external_id, pk in lines.values_list("order_id", "external_id", "pk")
    }
    rows = [
        (store.pk, parcel.row.pk, keys[(draft.order.pk, name)], amount)
        for draft, parcel in filled
        for name, amount in parcel.rule.lines.items()
    ]
    insert_values(
        FulfillmentLine, ("store_id", "fulfillment_id", "order_line_id", "quantity"), rows
    )


def _record(drafts: Sequence[Draft], *, store: Store, now: datetime) -> None:
    facts: list[Fact] = []
    for draft in drafts:
        order = draft.order
        facts += of_order(order=order, change=None)
        for refund in draft.refunds:
            if refund.deleted_at is None:
                facts += of_refund(order=order, refund=refund)
        for parcel in draft.parcels:
            facts += of_parcel(order=order, parcel=parcel)
        facts += of_documents(order=order, documents=draft.documents)
    record_history(sorted(facts, key=lambda fact: fact.occurred_at), store=store, now=now)
    stated = [  # unlike orders, a statement may be known, or be told by two orders
        consent_fact(customer=draft.buyer, statement=draft.snapshot.consent)
        for draft in drafts
        if draft.snapshot.consent is not None and draft.buyer is not None
    ]
    record_all(facts=stated, store_id=store.pk, origin=ORIGIN, now=now)
