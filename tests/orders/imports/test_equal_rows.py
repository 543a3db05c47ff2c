"""One truth: orders through the set-based way and one by one end in equal rows and events."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import zip_longest
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.events.models import EventRow
from core.money import NOTHING, Amount
from core.stores.models import Store
from core.stores.scope import store_scope
from orders.imports.records import Record
from orders.imports.write_orders import OrderWriter
from orders.ingest import snapshots as s
from orders.models import Customer, CustomerAddress, Order, OrderLine, Product, Refund, Variant
from orders.operations.apply_news import apply_news
from tests.factories.stores import StoreFactory

# A failing history is not made smaller: each try costs a hundred statements.
QUICKLY = (Phase.explicit, Phase.reuse, Phase.generate)
START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
# Keys are each store's own; when it was written and how it came in are meant to differ.
LEFT_OUT = {"id", "store_id", "public_id", "origin", "recorded_at"}
POINTERS = {"merged_into_id", "customer_id", "order_id", "product_id", "variant_id", "category_id"}
MODELS = (Customer, CustomerAddress, Product, Variant, Order, OrderLine, Refund)

texts = st.sampled_from(["Soap", "Crème | tab\there", "Line\nbreak \\ back", "A" * 320, "Ž"])
moments = st.integers(0, 20_000).map(lambda minutes: START + timedelta(minutes=minutes))
amounts = st.one_of(st.integers(0, 90_000).map(Amount), st.just(Amount(13, "0.125")))
emails = st.sampled_from(["", "jana@mail.example", "JANA@mail.example", "eva@mail.example", "no"])
ids = st.sampled_from(["", "c1", "c2", "c3"])
addresses = st.one_of(
    st.none(),
    st.builds(
        s.AddressSnapshot,
        name=st.sampled_from(["Jana Nová", "Eva Malá"]),
        street=st.sampled_from(["Lipová 1", "lipová  1", "Dlouhá 2"]),
        country=st.sampled_from(["CZ", "US", ""]),
        region=st.sampled_from(["", "CA"]),
    ),
)
people = st.one_of(
    st.none(),
    st.builds(
        s.CustomerSnapshot,
        external_id=ids,
        email=emails,
        first_name=st.sampled_from(["", "Jana", "Eva"]),
        country=st.sampled_from(["", "CZ", "SK"]),
        birthday=st.sampled_from([None, (2, 29, None), (5, 1, 1980)]),
    ),
)

# (product, variant, SKU): what a shop's own catalog would say of its goods.
goods = st.sampled_from(
    [
        ("p1", "v1", "A1"),
        ("p1", "v2", "B2"),
        ("p2", "", ""),
        ("p3", "", "C3"),
        ("", "", "D4"),
        ("",) * 3,
    ]
).map(
    lambda ids: dict(zip(("product_external_id", "variant_external_id", "sku"), ids, strict=True))
)


@st.composite
def lines(draw: Any) -> tuple[s.LineSnapshot, ...]:
    count = draw(st.integers(0, 4))
    return tuple(
        s.LineSnapshot(
            external_id=str(place),
            title=draw(texts),
            quantity=draw(st.sampled_from([Decimal(1), Decimal("2.50"), Decimal(12)])),
            unit_price=draw(amounts),
            total=draw(amounts),
            category="Soaps",
            **draw(goods),
            image_url=draw(st.sampled_from(["", "https://shop.example/a.png", "javascript:1"])),
            discount=draw(st.sampled_from([NOTHING, Amount(5)])),
            needs_shipping=draw(st.booleans()),
        )
        for place in range(count)
    )


@st.composite
def orders(draw: Any, number: int) -> s.OrderSnapshot:
    placed = draw(moments)
    canceled = draw(st.booleans()) and draw(st.booleans())
    parcels: tuple[s.FulfillmentSnapshot, ...] = ()
    if draw(st.integers(0, 3)) == 0:
        shipped = placed + timedelta(days=1)
        parcels = (
            s.FulfillmentSnapshot(
                external_id="f1",
                status=draw(st.sampled_from(["preparing", "shipped", "delivered"])),
                tracking_number=draw(st.sampled_from(["", f"TN {number}"])),
                shipped_at=shipped,
            ),
        )
    refunds: tuple[s.RefundSnapshot, ...] = ()
    if draw(st.integers(0, 3)) == 0:
        refunds = (s.RefundSnapshot("r1", Amount(100), placed + timedelta(days=3), "broken"),)
    return s.OrderSnapshot(
        source="generic",
        external_id=f"o{number}",
        number=f"#{number}",
        currency="CZK",
        placed_at=placed,
        updated_at=placed + timedelta(hours=draw(st.integers(0, 50))),
        total=draw(amounts),
        payment_status=draw(st.sampled_from(["paid", "pending", "refunded", "odd"])),
        canceled_at=placed + timedelta(hours=5) if canceled else None,
        promised_at=draw(st.sampled_from([None, NOW + timedelta(days=4)])),
        customer=draw(people),
        email=draw(emails),
        shipping_address=draw(addresses),
        billing_address=draw(addresses),
        lines=draw(lines()),
        fulfillments=parcels,
        refunds=refunds,
        is_gift=draw(st.booleans()),
        is_test=draw(st.sampled_from([False, False, True])),
        tags=draw(st.sampled_from([(), ("vip", "b2b")])),
        note=draw(texts),
        discounts=draw(st.sampled_from([(), (("TEN", Amount(10)),)])),
    )


@st.composite
def histories(draw: Any) -> list[s.OrderSnapshot]:
    return [draw(orders(number=number)) for number in range(draw(st.integers(1, 6)))]


def names(row: Any) -> str:
    """What a row is called in both stores, where keys differ."""
    if isinstance(row, Customer):
        ids = sorted(one.external_id for one in row.source_ids.all())
        return f"{ids} {row.email}"
    return row.external_id


def rows_of(store: Store) -> dict[str, list[Any]]:
    """Every column that matters of every row of the store, keys replaced by names."""
    with store_scope(store.pk):
        called = {
            f"{kind}_id": {row.pk: names(row) for row in model.objects.all()}
            for kind, model in {
                "customer": Customer,
                "order": Order,
                "product": Product,
                "variant": Variant,
            }.items()
        }
        called["merged_into_id"] = called["customer_id"]
        found = {
            model.__name__: sorted(
                (
                    {
                        column.attname: called.get(column.attname, {}).get(
                            getattr(row, column.attname)
                        )
                        if column.attname in POINTERS
                        else getattr(row, column.attname)
                        for column in model._meta.concrete_fields
                        if column.attname not in LEFT_OUT
                    }
                    for row in model.objects.all()
                ),
                key=repr,
            )
            for model in MODELS
        }
        found["events"] = sorted(
            (row.name, row.occurred_at, called["order_id"].get(row.payload.get("order_id")))
            for row in EventRow.objects.all()
        )
        return found


def differences(one: Any, other: Any) -> Any:
    """Only the columns that differ, to be read when the test fails."""
    if isinstance(one, dict) and isinstance(other, dict):
        return {key: (one[key], other[key]) for key in one if one[key] != other[key]}
    return one, other


def by_file(store: Store, history: list[s.OrderSnapshot], *, batch: int) -> None:
    with store_scope(store.pk):
        writer = OrderWriter(store=store, source="generic", now=NOW)
        records = [Record(line, news) for line, news in enumerate(history, start=2)]
        for start in range(0, len(records), batch):
            with transaction.atomic():
                taken = writer.take(records[start : start + batch])
            assert not taken.rejects
            writer.committed()


def by_hook(store: Store, history: list[s.OrderSnapshot]) -> None:
    with store_scope(store.pk):
        for news in history:
            with transaction.atomic():
                apply_news(news=news, store=store, origin="live", now=NOW)


@pytest.mark.django_db
@settings(
    max_examples=30,
    deadline=None,
    phases=QUICKLY,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(history=histories(), batch=st.integers(1, 6))
def test_a_history_by_file_and_by_hook_ends_in_equal_rows(
    history: list[s.OrderSnapshot], batch: int
) -> None:
    with transaction.atomic():
        file_store, hook_store = StoreFactory(), StoreFactory()
        by_file(file_store, history, batch=batch)
        by_hook(hook_store, history)
        by_rows, by_news = rows_of(file_store), rows_of(hook_store)
        for name in by_news:
            differing = [
                differences(*pair)
                for pair in zip_longest(by_rows[name], by_news[name])
                if pair[0] != pair[1]
            ]
            assert not differing, name
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(
    max_examples=10,
    deadline=None,
    phases=QUICKLY,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(history=histories(), batch=st.integers(1, 6))
def test_a_history_taken_in_twice_changes_nothing(
    history: list[s.OrderSnapshot], batch: int
) -> None:
    with transaction.atomic():
        store = StoreFactory()
        by_file(store, history, batch=batch)
        once = rows_of(store)
        by_file(store, history, batch=7 - batch)
        assert rows_of(store) == once
        transaction.set_rollback(True)
