"""New orders without parcels, refunds or papers, a whole batch in a handful of statements.

That is what shop histories mostly are. The rows are those `apply_order` would write: the columns come
from its own functions, and a test compares the two ways row by row.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.events.event import Origin
from core.events.models import EventRow
from core.events.spine import Fact, record
from core.events.wiring import reactions_to
from core.stores.models import Store
from orders.imports.buyers import Buyers, Hard, meeting_of
from orders.imports.goods import Goods, Keys, in_order, spoken
from orders.imports.tables import insert_rows, insert_values
from orders.ingest.snapshots import LineSnapshot, OrderSnapshot, Unreadable
from orders.models import Customer, Order, OrderLine
from orders.operations.announce_order import of_order
from orders.operations.apply_order import (
    content_of,
    keep_lasting_facts,
    take_content,
)
from orders.operations.fit_row import fingerprint, fit, identity, quantity
from orders.operations.recount_customers import recount_customers
from orders.operations.state_consent import state_consent
from orders.policies import delay_clocks, next_delay_check

ORIGIN: Origin = "import"
LINE_COLUMNS = (
    "store_id",
    "order_id",
    "external_id",
    "position",
    "product_id",
    "variant_id",
    "title",
    "variant_title",
    "sku",
    "image_url",
    "quantity",
    "refunded_quantity",
    "unit_price_minor",
    "unit_price_text",
    "discount_minor",
    "tax_minor",
    "total_minor",
    "needs_shipping",
)
EVENT_COLUMNS = (
    "store_id",
    "name",
    "key",
    "subject",
    "payload",
    "origin",
    "occurred_at",
    "recorded_at",
)
NONE_BACK = Decimal("0.000")


@dataclass(slots=True)
class Draft:
    """An order on its way into the tables."""

    snapshot: OrderSnapshot
    order: Order
    line_ids: list[str]
    quantities: list[Decimal]
    buyer: Customer | None = None


def is_plain(snapshot: OrderSnapshot) -> bool:
    """May this (new) order go in with many others?"""
    return not (
        snapshot.fulfillments or snapshot.refunds or snapshot.documents or snapshot.is_draft
    ) and len({line.external_id for line in snapshot.lines}) == len(snapshot.lines)


def insert_plain_orders(
    *,
    snapshots: Sequence[OrderSnapshot],
    store: Store,
    buyers: Buyers,
    goods: Goods,
    counts: Counter[str],
    now: datetime,
) -> int:
    """Insert new orders up to the first that needs the rules for one at a time; how many.

    `buyers` has been loaded. Raises nothing for a bad order: it is left to the rules as well.
    """
    drafts = []
    for snapshot in snapshots:
        try:
            draft = _draft(snapshot, store=store, now=now)
            draft.buyer = buyers.meet(meeting_of(snapshot), used_at=snapshot.placed_at)
        except (Hard, Unreadable):
            break
        drafts.append(draft)
    buyers.save()
    for draft in drafts:
        draft.order.customer_id = draft.buyer.pk if draft.buyer else None
    insert_rows([draft.order for draft in drafts])
    _insert_lines(drafts, store=store, goods=goods, counts=counts)
    _insert_events(drafts, store=store, now=now)
    recount_customers(customer_ids={draft.order.customer_id for draft in drafts})
    for draft in drafts:
        if draft.snapshot.consent is not None and draft.buyer is not None:
            state_consent(
                customer=draft.buyer, statement=draft.snapshot.consent, origin=ORIGIN, now=now
            )
    counts["orders new"] += len(drafts)
    return len(drafts)


def _draft(snapshot: OrderSnapshot, *, store: Store, now: datetime) -> Draft:
    if len(snapshot.currency) != 3:
        raise Unreadable("The order names no currency.")
    line_ids = [identity(line.external_id, of="order line") for line in snapshot.lines]
    quantities = [quantity(line.quantity) for line in snapshot.lines]
    order = Order(
        store_id=store.pk,
        source=snapshot.source,
        external_id=identity(snapshot.external_id, of="order"),
        origin=ORIGIN,
        created_at=now,
    )
    keep_lasting_facts(order=order, snapshot=snapshot)
    take_content(order=order, snapshot=snapshot)
    fit(order)
    lines = [
        (
            line_id,
            _text(line.title or line.sku or "?", 300),
            _text(line.variant_title, 300),
            number,
            line.total.minor,
        )
        for line, line_id, number in zip(snapshot.lines, line_ids, quantities, strict=True)
    ]
    order.content_hash = fingerprint(content_of(order=order, lines=lines))
    order.delay_check_at = next_delay_check(
        clocks=delay_clocks(
            promised_at=order.promised_at,
            fulfillment_status=order.fulfillment_status,
            parcels=[],
            zone=store.zone,
            silent_days=store.silent_tracking_days,
        ),
        is_standing=order.is_standing,
        told_at=None,
        now=now,
    )
    return Draft(snapshot, order, line_ids, quantities)


def _insert_lines(
    drafts: Sequence[Draft], *, store: Store, goods: Goods, counts: Counter[str]
) -> None:
    rows: list[tuple[Any, ...]] = []
    by_source: dict[str, list[Draft]] = {}
    for draft in drafts:
        by_source.setdefault(draft.snapshot.source, []).append(draft)
    for source, its in by_source.items():
        found = goods.find(
            source=source,
            lines=(line for draft in its for line in in_order(draft.snapshot.lines)),
            counts=counts,
        )
        for draft in its:
            order_id = draft.order.pk
            for position, line in enumerate(draft.snapshot.lines):
                rows.append(
                    _line_values(
                        (store.pk, order_id, draft.line_ids[position], min(position, 32767)),
                        found[spoken(line)],
                        line,
                        draft.quantities[position],
                    )
                )
    insert_values(OrderLine, LINE_COLUMNS, rows)
    counts["lines"] += len(rows)


def _line_values(
    head: tuple[int, int, str, int], keys: Keys, line: LineSnapshot, number: Decimal
) -> tuple[Any, ...]:
    """The columns of `LINE_COLUMNS`, as `apply_lines` would fill them."""
    return (
        *head,
        *keys,
        _text(line.title or line.sku or "?", 300),
        _text(line.variant_title, 300),
        _text(line.sku, 120),
        _link(line.image_url, 1000),
        number,
        NONE_BACK,
        line.unit_price.minor,
        line.unit_price.source_text,
        line.discount.minor,
        line.tax.minor,
        line.total.minor,
        line.needs_shipping,
    )


def _text(text: str, limit: int) -> str:
    return (text.replace("\x00", "") if "\x00" in text else text)[:limit]


def _link(text: str, limit: int) -> str:
    if not text:
        return ""
    text = text.replace("\x00", "")
    return text if text.startswith(("http://", "https://")) and len(text) <= limit else ""


def _insert_events(drafts: Sequence[Draft], *, store: Store, now: datetime) -> None:
    facts = sorted(
        (fact for draft in drafts for fact in of_order(order=draft.order, change=None)),
        key=lambda fact: fact.occurred_at,
    )
    record_history(facts, store=store, now=now)


def record_history(facts: Sequence[Fact], *, store: Store, now: datetime) -> None:
    """Record facts that cannot be known yet, since what they are about is new.

    An event to which a reaction is owed even for imported history goes through the spine itself.
    """
    rows = []
    for fact in facts:
        if reactions_to(fact.news.name, origin=ORIGIN):
            record(
                news=fact.news,
                store_id=store.pk,
                subject=fact.subject,
                key=fact.key,
                occurred_at=fact.occurred_at,
                origin=ORIGIN,
                now=now,
            )
            continue
        payload = dict(vars(fact.news))  # flat: ids and plain values
        rows.append(
            (
                store.pk,
                fact.news.name,
                fact.key,
                fact.subject,
                payload,
                ORIGIN,
                fact.occurred_at,
                now,
            )
        )
    insert_values(EventRow, EVENT_COLUMNS, rows)
