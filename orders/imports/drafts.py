"""A new order worked out in memory, with its parcels, refunds and papers, ready to go in with others.

Every column comes from the functions that write one order at a time; only reading and writing are
left out, for of a new order there is nothing to read. A test compares the two ways row by row.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.events.event import Origin
from core.stores.models import Store
from orders.imports.blank import blank
from orders.imports.buyers import Hard
from orders.imports.fingerprints import content_hash_of, version_of
from orders.imports.lines import Lines, are_simple
from orders.ingest.snapshots import FulfillmentSnapshot, OrderSnapshot, Unreadable
from orders.models import Customer, Order, OrderDocument, OrderLine, Refund, TrackingEvent
from orders.operations.apply_order import keep_lasting_facts, take_content
from orders.operations.file_parcels import WHOLE
from orders.operations.fit_row import fit, identity
from orders.operations.keep_documents import document_row
from orders.operations.keep_tracking import checkpoint_row, estimate_row, name_of
from orders.operations.merge_parcel import Told, steps_of, take_parcel
from orders.operations.merge_refund import give_back, new_refund, take_refund
from orders.operations.refund_sums import settle_sums
from orders.operations.settle_order import derive_order
from orders.operations.settle_parcels import Settled, derive_parcel, settled_as, told_in_time
from orders.operations.state_consent import BASES
from orders.policies import normalize_tracking_number

ORIGIN: Origin = "import"
LONGEST_SIMPLE = 120


@dataclass(slots=True)
class Draft:
    """An order on its way into the tables.

    `ids` are those of its `lines` as they are kept; `back` is what was given back of some of them;
    `tracking` is what the shop itself says of the way.
    """

    snapshot: OrderSnapshot
    order: Order
    lines: Lines
    ids: Sequence[str]
    back: Mapping[str, Decimal] = field(default_factory=dict)
    parcels: Sequence[Settled] = ()
    tracking: Sequence[TrackingEvent] = ()
    refunds: Sequence[Refund] = ()
    documents: Sequence[OrderDocument] = ()
    buyer: Customer | None = None


def goes_alone(snapshot: OrderSnapshot) -> bool:
    """Does this new order need the rules for one at a time? Few do: what it says twice is merged
    there, and a deleted refund says what else is gone."""
    parcels = [parcel.external_id for parcel in snapshot.fulfillments]
    return (
        snapshot.is_draft
        or (snapshot.consent is not None and snapshot.consent.basis not in BASES)
        or _has_doubles(parcels)
        or (len(parcels) > 1 and WHOLE in (name.strip() for name in parcels))
        or _has_doubles(refund.external_id for refund in snapshot.refunds)
        or any(refund.deleted for refund in snapshot.refunds)
        or _has_doubles(paper.external_id or paper.url for paper in snapshot.documents)
    )


def _has_doubles(names: Iterable[str]) -> bool:
    told = [name.replace("\x00", "").strip() for name in names]
    return len(set(told)) < len(told)


def labels_of(snapshot: OrderSnapshot) -> set[str]:
    """Every name under which a carrier may have spoken of this order's parcels."""
    if not snapshot.fulfillments:
        return set()
    source, order_id = snapshot.source, snapshot.external_id.strip()
    return {name_of(source=source, order_id=order_id, parcel_id="")}.union(
        *(
            (
                name_of(source=source, order_id=order_id, parcel_id=parcel.external_id.strip()),
                normalize_tracking_number(parcel.tracking_number),
            )
            for parcel in snapshot.fulfillments
        )
    ) - {""}


def draft_order(*, snapshot: OrderSnapshot, store: Store, now: datetime) -> Draft:
    """The order that `apply_order` would make of a snapshot that is the first we hear of it.

    Asks the database nothing. Raises `Unreadable` for a bad order, `Hard` for one with two lines of
    one id.
    """
    if len(snapshot.currency) != 3:
        raise Unreadable("The order names no currency.")
    told = Lines.of(snapshot.lines)
    ids = _ids_of(told)
    if len(set(ids)) < len(ids):
        raise Hard
    order = blank(Order)
    order.store_id, order.source = store.pk, snapshot.source
    order.external_id = identity(snapshot.external_id, of="order")
    order.origin, order.created_at = ORIGIN, now
    keep_lasting_facts(order=order, snapshot=snapshot)
    take_content(order=order, snapshot=snapshot, version=version_of(snapshot))
    fit(order)
    told.work_out()
    order.content_hash = content_hash_of(order=order, lines=told, ids=ids)
    draft = Draft(snapshot, order, told, ids)
    lines: list[OrderLine] = []
    if snapshot.fulfillments or snapshot.refunds:  # only then anything asks for its lines
        lines = _rows(draft)
        draft.refunds = _refunds(draft, lines)
        draft.parcels, draft.tracking = _parcels(draft, lines, now)
        back = {row.external_id: row.refunded_quantity for row in lines if row.refunded_quantity}
        draft.back = back
    papers = (document_row(order=order, told=paper, now=now) for paper in snapshot.documents)
    draft.documents = [paper for paper in papers if paper is not None]
    derive_order(order=order, lines=lines, parcels=draft.parcels, store=store, now=now)
    return draft


def _ids_of(lines: Lines) -> Sequence[str]:
    """The ids of lines as they are kept. Raises `Unreadable`."""
    if are_simple(lines.ids) and max(map(len, lines.ids)) <= LONGEST_SIMPLE:
        return lines.ids
    return [identity(name, of="order line") for name in lines.ids]


def _rows(draft: Draft) -> list[OrderLine]:
    """What the rules of parcels and refunds read of lines; these rows are not the ones written."""
    return [
        OrderLine(external_id=name, quantity=said.amount, needs_shipping=said.line.needs_shipping)
        for name, said in zip(draft.ids, draft.lines.said, strict=True)
    ]


def _refunds(draft: Draft, lines: list[OrderLine]) -> list[Refund]:
    rows = []
    for told in draft.snapshot.refunds:
        row = new_refund(order=draft.order, refund=told)
        take_refund(order=draft.order, refund=told, row=row)
        rows.append(row)
    settle_sums(refunds=rows, marked_at=None)
    standing = [row for row in rows if row.deleted_at is None]
    give_back(order=draft.order, refunds=standing, lines=lines)
    return rows


def _parcels(
    draft: Draft, lines: list[OrderLine], now: datetime
) -> tuple[list[Settled], list[TrackingEvent]]:
    settled, tracking = [], []
    for place, told in enumerate(draft.snapshot.fulfillments):
        taken = take_parcel(
            order=draft.order,
            parcel=told,
            parcels=[],
            as_of=draft.snapshot.updated_at,
            now=now,
        )
        assert taken is not None  # noqa: S101 (the shop's own word stands nowhere yet)
        news = _way(draft.order, told, taken, now)
        tracking += news
        its = told_in_time(parcel=taken.row, news=news)
        derive_parcel(parcel=taken.row, news=its)
        settled.append(settled_as(parcel=taken.row, news=its, place=place, lines=lines))
    return settled, tracking


def _way(
    order: Order, parcel: FulfillmentSnapshot, taken: Told, now: datetime
) -> list[TrackingEvent]:
    """The rows that `keep_tracking` and `keep_estimate` would write, as `settle_parcels` sorts them."""
    store_id, source = order.store_id, order.source
    name = name_of(source=source, order_id=order.external_id, parcel_id=taken.row.external_id)
    rows = [
        checkpoint_row(store_id=store_id, source=source, tracking_number=name, told=step, now=now)
        for step in steps_of(parcel=parcel, stated_at=taken.stated_at)
    ]
    if parcel.estimated_at is not None:
        rows.append(
            estimate_row(
                store_id=store_id,
                source=source,
                tracking_number=name,
                estimated_at=parcel.estimated_at,
                stated_at=taken.stated_at,
                now=now,
            )
        )
    return sorted(rows, key=lambda row: (row.happened_at, row.source, row.key))
