"""Fill one database: stores, people, goods, orders with lines, parcels, events, notices, mails."""

import time
from datetime import datetime, timedelta

from django.db import connection

from bench.scale import engine, population
from bench.scale.fill import fill, without_indexes
from bench.scale.population import Population
from core.events.models import EventRow
from core.stores.models import Store, User
from core.stores.scope import store_scope
from engagement.flows.operations.install_flows import install_flows
from engagement.messages.models import Message
from orders.models import (
    Category,
    Customer,
    Fulfillment,
    Order,
    OrderLine,
    Product,
    Variant,
)

BIG = "big"


def seed(size: Population, *, now: datetime) -> None:
    """Everything of one size, anchored at `now`; prints how long each table took."""
    stores = _open_stores(now=now)
    big, first, last = stores[0], stores[1], stores[-1]
    assert last - first + 1 == population.SMALL_STORES
    # Every fifth row is a small store's; the same n always falls to the same store.
    store = f"CASE WHEN n % 5 = 0 THEN {first} + (n / 5) % {population.SMALL_STORES} ELSE {big} END"
    moment = f"timestamptz '{now.isoformat()}'"
    steps = (
        ("goods", lambda: _goods(size, store)),
        ("customers", lambda: _customers(size, store, moment, now)),
        ("orders", lambda: _orders(size, store, moment)),
        ("lines", lambda: _lines(size, store)),
        ("parcels", lambda: _parcels(size, store, moment)),
        ("events", lambda: engine.events(size, store, moment)),
        ("notices", lambda: engine.notices(size, store, moment)),
        ("messages", lambda: engine.messages(size, store, moment, big)),
        ("the rest", lambda: engine.rest(size, store, moment)),
    )
    for name, step in steps:
        begun = time.monotonic()
        step()
        print(f"  {size.name}: {name} in {time.monotonic() - begun:.0f} s", flush=True)
    _ids_go_on()


def _open_stores(*, now: datetime) -> list[int]:
    ids = []
    for slug in (BIG, *(f"small-{number}" for number in range(population.SMALL_STORES))):
        store = Store.objects.create(
            name=slug, slug=slug, currency="CZK", country="CZ", sender_email=f"shop@{slug}.example"
        )
        with store_scope(store.pk):
            install_flows(store=store, now=now - timedelta(days=1500))
        ids.append(store.pk)
    User.objects.create_superuser(email="bench@staff.example", password="long enough words")
    return ids


def _goods(size: Population, store: str) -> None:
    kinds = 100
    fill(
        Category,
        rows=kinds,
        columns={"id": "n", "store": store, "name": "'Kind ' || n", "replenish_after_days": "45"},
    )
    fill(
        Product,
        rows=size.products,
        columns={
            "id": "n",
            "store": store,
            "source": "'shopify'",
            "external_id": "(40000 + n)::text",
            "title": "'Cream ' || n",
            "category": f"(n - 1) % {kinds} + 1",
        },
    )
    fill(
        Variant,
        rows=size.products,
        columns={
            "id": "n",
            "store": store,
            "product": "n",
            "source": "'shopify'",
            "external_id": "(50000 + n)::text",
            "sku": "'CREAM-' || n",
        },
    )


def _customers(size: Population, store: str, moment: str, now: datetime) -> None:
    # A day of the year that is not among the coming ten days, save for the first ones.
    day = f"({moment} + (15 + (n * 7919) % 340) * interval '1 day')"
    soon = f"({moment} + (1 + n % 6) * interval '1 day')"
    birthday = f"CASE WHEN n <= {population.DUE_BIRTHDAYS} THEN {soon} ELSE {day} END"
    began = (
        f"(CASE WHEN n <= {population.DUE_ANNIVERSARIES} THEN {soon} ELSE {day} END"
        " - (1 + n % 5) * interval '1 year')::date"
    )
    with without_indexes(Customer):
        fill(
            Customer,
            rows=size.customers,
            columns={
                "id": "n",
                "store": store,
                "email": "'buyer' || n || '@mail.example'",
                "first_name": "'Jana'",
                "last_name": "'Novak' || (n * 31) % 50000",
                "country": "(ARRAY['CZ','SK','FI','SI','DE'])[1 + n % 5]",
                "time_zone": "'Europe/Prague'",
                "birthday_month": f"CASE WHEN n % 3 = 0 THEN NULL ELSE extract(month FROM {birthday}) END",
                "birthday_day": f"CASE WHEN n % 3 = 0 THEN NULL ELSE extract(day FROM {birthday}) END",
                "birthday_entered_at": f"{moment} - interval '400 days'",
                "account_created_on": f"CASE WHEN n % 3 = 1 THEN NULL ELSE {began} END",
                "first_order_at": f"{moment} - interval '900 days'",
                "last_order_at": f"{moment} - ((n * 104729) % 900) * interval '1 day'",
                "order_count": "3",
                "created_at": f"{moment} - interval '900 days'",
            },
        )


def _orders(size: Population, store: str, moment: str) -> None:
    placed = f"({moment} - (n::float / {size.orders} * interval '900 days'))"
    check = (
        f"CASE WHEN n % 5 <> 0 AND n <= {population.DUE_DELAYS * 5 // 4} THEN {moment} - interval '1 hour'"
        f" WHEN n % 10 = 1 THEN {moment} + (n % 1000) * interval '1 hour' ELSE NULL END"
    )
    with without_indexes(Order):
        fill(
            Order,
            rows=size.orders,
            columns={
                "id": "n",
                "store": store,
                "source": "CASE WHEN n % 50 = 0 THEN 'woocommerce' ELSE 'shopify' END",
                "external_id": "(5000000 + n)::text",
                "number": "'#' || n",
                "customer": f"(n - 1) % {size.customers} + 1",
                "email": f"'buyer' || ((n - 1) % {size.customers} + 1) || '@mail.example'",
                "status": "CASE WHEN n % 97 = 0 THEN 'canceled' ELSE 'open' END",
                "payment_status": "CASE WHEN n % 9973 = 0 THEN 'failed' WHEN n % 31 = 0 THEN"
                " 'refunded' ELSE 'paid' END",
                "fulfillment_status": "CASE WHEN n % 40 = 0 THEN 'fulfilled' ELSE 'delivered' END",
                "currency": "'CZK'",
                "subtotal_minor": "86000",
                "total_minor": "90000 + (n * 7919) % 500000",
                "placed_at": placed,
                "paid_at": placed,
                "delivered_at": f"{placed} + interval '3 days'",
                "promised_at": f"{placed} + interval '5 days'",
                "delay_check_at": check,
                "source_updated_at": placed,
                "created_at": placed,
                "shipping_address": """'{"city": "Praha", "country": "CZ", "name": "Jana"}'::jsonb""",
            },
        )


def _lines(size: Population, store: str) -> None:
    """Two lines for every other order, one for the rest."""
    with without_indexes(OrderLine):
        for place, where in ((0, ""), (1, "WHERE n % 2 = 0")):
            goods = f"(n * 13 + {place}) % {size.products // 5} * 5 + n % 5"
            fill(
                OrderLine,
                rows=size.orders,
                where=where,
                columns={
                    "store": store,
                    "order": "n",
                    "external_id": f"'{place}'",
                    "position": str(place),
                    # A product of the same store: the same rest of five.
                    "product": f"CASE WHEN n % 5 = 0 THEN NULL ELSE {goods} END",
                    "title": "'Cream'",
                    "quantity": "1",
                    "unit_price_minor": "43000",
                    "total_minor": "43000",
                },
            )


def _parcels(size: Population, store: str, moment: str) -> None:
    placed = f"({moment} - (n::float / {size.orders} * interval '900 days'))"
    with without_indexes(Fulfillment):
        fill(
            Fulfillment,
            rows=size.orders,
            columns={
                "store": store,
                "order": "n",
                "external_id": "(9000000 + n)::text",
                "status": "'delivered'",
                "carrier": "'PPL'",
                "tracking_number": "'PPL' || n",
                "shipped_at": f"{placed} + interval '1 day'",
                "delivered_at": f"{placed} + interval '3 days'",
                "created_at": placed,
            },
        )


def _ids_go_on() -> None:
    """The ids were given by hand; tell the sequences. Then settle, so that nothing runs meanwhile."""
    with connection.cursor() as cursor:
        for model in (Category, Product, Variant, Customer, Order, EventRow, Message):
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            )
        cursor.execute("CHECKPOINT")
        cursor.execute("VACUUM ANALYZE")
