"""Whatever order news arrives in, and however often, the same rows and events are left."""

import os
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.events.models import EventRow
from core.money import Amount
from core.stores.scope import store_scope
from orders.ingest.snapshots import (
    CarrierNews,
    FulfillmentUpdate,
    OrderDeleted,
    RefundUpdate,
    ShipmentUpdate,
)
from orders.models import Customer, CustomerAddress, Order
from orders.operations.apply_news import apply_news
from tests.factories.news import HOUR, PLACED, carrier, line, parcel, refund, told

LINES = (line(), line(external_id="line-2", sku="OIL", title="Oil", product_external_id="oil"))
FIRST = parcel(lines=(("line-1", Decimal(2)),))
SECOND = parcel(
    external_id="p-2",
    tracking_number="CZ 777",
    updated_at=PLACED + 50 * HOUR,
    shipped_at=PLACED + 50 * HOUR,
    lines=(("line-2", Decimal(2)),),
)
ARRIVED = replace(
    FIRST, status="delivered", updated_at=PLACED + 72 * HOUR, delivered_at=PLACED + 71 * HOUR
)
CREATED = told(lines=LINES)
PAID = told(lines=LINES, updated_at=PLACED + HOUR, payment_status="paid", paid_at=PLACED + HOUR)
FULFILLED = replace(PAID, updated_at=PLACED + 24 * HOUR, fulfillments=(FIRST,))
DELIVERED = replace(PAID, updated_at=PLACED + 72 * HOUR, fulfillments=(ARRIVED, SECOND))
CANCELED = replace(
    PAID,
    updated_at=PLACED + 73 * HOUR,
    canceled_at=PLACED + 73 * HOUR,
    cancel_reason="customer",
    fulfillments=(ARRIVED,),
)
REFUNDED = replace(
    PAID, updated_at=PLACED + 90 * HOUR, payment_status="partially_refunded", refunds=(refund(),)
)

NEWS = {
    "created": CREATED,
    "paid": PAID,
    "paid in the same second": replace(PAID, updated_at=PLACED),
    "fulfilled": FULFILLED,
    "delivered": DELIVERED,
    "canceled": CANCELED,
    "canceled again, with a reason only": replace(CANCELED, cancel_reason="", note="x"),
    "refunded": REFUNDED,
    "parcel": FulfillmentUpdate("generic", "o-1", SECOND),
    "parcel out": FulfillmentUpdate(
        "generic",
        "o-1",
        replace(SECOND, status="out_for_delivery", updated_at=PLACED + 60 * HOUR),
    ),
    "parcel canceled": FulfillmentUpdate(
        "generic", "o-1", replace(SECOND, status="canceled", updated_at=PLACED + 61 * HOUR)
    ),
    "refund": RefundUpdate("generic", "o-1", "CZK", refund()),
    "second refund": RefundUpdate(
        "generic", "o-1", "CZK", refund(external_id="r-2", amount=Amount(500), lines=())
    ),
    "carrier": carrier(
        ("in_transit", PLACED + 30 * HOUR),
        ("delivery_failed", PLACED + 40 * HOUR),
        estimated_at=PLACED + 60 * HOUR,
    ),
    "carrier later": carrier(
        ("out_for_delivery", PLACED + 65 * HOUR),
        ("delivered", PLACED + 70 * HOUR),
        estimated_at=PLACED + 70 * HOUR,
    ),
    "carrier by ids": ShipmentUpdate(
        source="generic",
        tracking_number="",
        order_external_id="o-1",
        fulfillment_external_id="p-2",
        news=(CarrierNews("k", "ready_for_pickup", PLACED + 55 * HOUR),),
    ),
    "deleted": OrderDeleted("generic", "o-1", PLACED + 95 * HOUR),
}
BASE = ("created", "paid", "fulfilled", "delivered", "canceled", "refunded")


class _Undo(Exception):
    pass


def left_behind(*, store, names, now):
    """Every column that matters, and the events as (name, key) in words, after hearing `names`."""
    found = None
    try:
        with store_scope(store.pk), transaction.atomic():
            for name in names:
                with transaction.atomic():
                    apply_news(news=NEWS[name], store=store, origin="live", now=now)
            found = rows()
            raise _Undo
    except _Undo:
        return found


def rows():
    order = Order.objects.get()
    refs = {f"order:{order.pk}": "order"}
    refs |= {f"fulfillment:{p.pk}": p.external_id for p in order.fulfillments.all()}
    refs |= {f"refund:{r.pk}": r.external_id for r in order.refunds.all()}
    hidden = ("id", "public_id", "created_at", "customer_id", "store_id", "order_id")
    return {
        "order": plain(order, *hidden),
        "lines": [
            plain(row, *hidden, "product_id", "variant_id")
            | {"product": row.product.external_id, "variant": row.variant.external_id}
            for row in order.lines.order_by("external_id")
        ],
        "parcels": [
            plain(p, *hidden)
            | {
                "lines": sorted(p.lines.values_list("order_line__external_id", "quantity")),
                "news": sorted(
                    p.tracking.values_list("source", "tracking_number", "key", "happened_at")
                ),
            }
            for p in order.fulfillments.order_by("external_id")
        ],
        "refunds": [plain(r, *hidden) for r in order.refunds.order_by("external_id")],
        "customers": [plain(c, *hidden) for c in Customer.objects.all()],
        "addresses": sorted(CustomerAddress.objects.values_list("fingerprint", "last_used_at")),
        "events": sorted(
            (e.name, refs.get(e.subject, "?"), e.key.partition(":")[2])
            for e in EventRow.objects.exclude(name="order.changed")
        ),
    }


def plain(row, *hidden):
    return {
        column.attname: getattr(row, column.attname)
        for column in row._meta.concrete_fields
        if column.attname not in hidden
    }


@st.composite
def arrivals(draw):
    """A choice of news with at least one telling of the order, some twice, in any order."""
    chosen = draw(st.sets(st.sampled_from(sorted(NEWS)), min_size=2, max_size=7))
    chosen.add(draw(st.sampled_from(BASE)))
    base = sorted(chosen)
    twice = draw(st.lists(st.sampled_from(base), max_size=3))
    return base, draw(st.permutations(base + twice))


@pytest.mark.django_db
@settings(
    max_examples=int(os.environ.get("ARRIVAL_EXAMPLES", "40")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(arrivals())
@example((list(BASE), [*reversed(BASE), *BASE]))
def test_any_order_of_arrival_leaves_equal_rows_and_events(store, now, arrival):
    """order.changed is left out: it reports a replacement, which reversed news never performs."""
    now = now + timedelta(days=3)
    base, heard = arrival
    in_order = left_behind(store=store, names=base, now=now)
    as_heard = left_behind(store=store, names=heard, now=now)
    assert as_heard == in_order
    assert len(set(in_order["events"])) == len(in_order["events"])
