"""One truth: orders through the set-based way and one by one end in equal rows and events."""

from dataclasses import replace
from decimal import Decimal
from itertools import zip_longest

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.events.event import Origin
from core.money import Amount
from core.stores.models import Store
from core.stores.scope import store_scope
from orders.imports.lines import Lines
from orders.imports.records import Record
from orders.imports.write_orders import OrderWriter
from orders.ingest import snapshots as s
from orders.models import Order
from orders.operations.apply_news import apply_news
from tests.factories.stores import StoreFactory
from tests.orders.imports.histories import NOW, SOURCE, START, histories
from tests.orders.imports.rows import differences, rows_of

pytestmark = pytest.mark.django_db

# A failing history is not made smaller: each try costs a hundred statements.
QUICKLY = (Phase.explicit, Phase.reuse, Phase.generate)


def by_file(store: Store, history: list[s.News], *, batch: int, said_once: bool = False) -> None:
    """`said_once`: with lines as readers give them whose files repeat themselves."""
    if said_once:
        history = [
            replace(news, lines=Lines.of(news.lines)) if isinstance(news, s.OrderSnapshot) else news
            for news in history
        ]
    with store_scope(store.pk):
        writer = OrderWriter(store=store, source=SOURCE, now=NOW)
        records = [Record(line, news) for line, news in enumerate(history, start=2)]
        for start in range(0, len(records), batch):
            with transaction.atomic():
                taken = writer.take(records[start : start + batch])
            assert not taken.rejects
            writer.committed()


def one_by_one(store: Store, history: list[s.News], *, origin: Origin) -> None:
    with store_scope(store.pk):
        for news in history:
            with transaction.atomic():
                apply_news(news=news, store=store, origin=origin, now=NOW)


@settings(
    max_examples=40,
    deadline=None,
    phases=QUICKLY,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    history=histories(),
    batch=st.integers(1, 6),
    origin=st.sampled_from(["import", "live"]),
    said_once=st.booleans(),
)
def test_a_history_by_file_and_one_by_one_ends_in_equal_rows(
    history: list[s.News], batch: int, origin: Origin, said_once: bool
) -> None:
    """Of the same origin they are equal in everything; from a hook all but what follows is."""
    with transaction.atomic():
        file_store, other_store = StoreFactory(), StoreFactory()
        by_file(file_store, history, batch=batch, said_once=said_once)
        one_by_one(other_store, history, origin=origin)
        but = frozenset({"origin"} if origin == "live" else ())
        by_rows, by_news = rows_of(file_store, but=but), rows_of(other_store, but=but)
        for name in by_news:
            if origin == "live" and name == "PendingReaction":
                assert len(by_rows[name]) <= len(by_news[name])
                continue
            differing = [
                differences(*pair)
                for pair in zip_longest(by_rows[name], by_news[name])
                if pair[0] != pair[1]
            ]
            assert not differing, name
        transaction.set_rollback(True)


def test_a_part_of_an_order_may_stand_before_it_in_one_batch() -> None:
    """It makes an empty order, which the order itself must meet and not double."""
    told = s.OrderSnapshot(SOURCE, "o1", "#1", "CZK", START, START, Amount(500), fulfillments=())
    refund = s.RefundSnapshot("r1", Amount(100), START)
    store = StoreFactory()
    by_file(store, [s.RefundUpdate(SOURCE, "o1", "CZK", refund), told], batch=2)
    with store_scope(store.pk):
        assert Order.objects.get().refunded_minor == 100


def test_two_lines_of_one_id_are_one_line_however_often_they_are_told() -> None:
    lines = tuple(
        s.LineSnapshot("1", title, Decimal(1), Amount(100), Amount(100))
        for title in ("Soap", "Cream")
    )
    told = s.OrderSnapshot(SOURCE, "o1", "#1", "CZK", START, START, Amount(200), lines=lines)
    store = StoreFactory()
    one_by_one(store, [told, replace(told, updated_at=NOW)], origin="live")
    with store_scope(store.pk):
        assert [line.title for line in Order.objects.get().lines.all()] == ["Cream"]


@settings(
    max_examples=10,
    deadline=None,
    phases=QUICKLY,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(history=histories(), batch=st.integers(1, 6))
def test_a_history_taken_in_twice_changes_nothing(history: list[s.News], batch: int) -> None:
    orders = [news for news in history if isinstance(news, s.OrderSnapshot)]
    with transaction.atomic():
        store = StoreFactory()
        by_file(store, orders, batch=batch)
        once = rows_of(store)
        by_file(store, orders, batch=7 - batch)
        assert rows_of(store) == once
        transaction.set_rollback(True)
