"""One truth: customers and products in sets and one by one end in equal rows, events and consents."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.money import Amount
from core.stores.models import Store
from core.stores.scope import store_scope
from orders.imports.records import Record
from orders.imports.take_in import Taken, Writer
from orders.imports.write_one_by_one import OneByOne
from orders.imports.write_sets import customers_in_sets, products_in_sets
from orders.ingest import snapshots as s
from tests.factories.stores import StoreFactory
from tests.orders.imports.rows import assert_equal_rows, rows_of

# A failing history is not made smaller: each try costs a hundred statements.
QUICKLY = (Phase.explicit, Phase.reuse, Phase.generate)
START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)

# Few names, so that they meet: the same thing told again, by another name, and by one that is taken.
moments = st.sampled_from([None, *(START + timedelta(days=day) for day in range(3))])
emails = st.sampled_from(["", "jana@mail.example", " JANA@mail.example", "eva@mail.example", "no"])
ids = st.sampled_from(["", "c1", "c2", "c3", " c1", "  "])
texts = st.sampled_from(["", "Soap", "Cup", "Soap - Rose", "Crème | tab\there\\", "A" * 320])
skus = st.sampled_from(["", "A1", "B2", " A1", "C3"])
bases = st.sampled_from(["explicit", "none", "soft_opt_in", "odd"])


@st.composite
def statements(draw: Any, email: str = "", external_id: str = "") -> s.ConsentStatement:
    return s.ConsentStatement(
        email=email,
        basis=draw(bases),
        stated_at=draw(moments) or START,
        source=draw(st.sampled_from(["till", "shopify checkout", "generic"])),
        wording="Send me news.",
        customer_external_id=external_id,
    )


@st.composite
def addresses(draw: Any) -> s.AddressSnapshot | None:
    street = draw(st.sampled_from(["", "Lipová 1", "lipová  1", "Dlouhá 2"]))
    country = draw(st.sampled_from(["CZ", ""]))
    return s.AddressSnapshot(street=street, country=country) if street else None


@st.composite
def customers(draw: Any) -> s.CustomerUpdate | s.ConsentStatement:
    email, external_id, updated_at = draw(emails), draw(ids), draw(moments)
    said = draw(st.one_of(st.none(), statements(email=email, external_id=external_id)))
    if said is not None and draw(st.booleans()):
        return said
    person = s.CustomerSnapshot(
        external_id=external_id,
        email=email,
        first_name=draw(st.sampled_from(["", "Jana", "Eva", "J" * 130])),
        country=draw(st.sampled_from(["", "CZ", "US"])),
        region=draw(st.sampled_from(["", "CA"])),
        time_zone=draw(st.sampled_from(["", "Europe/Paris"])),
        birthday=draw(st.sampled_from([None, (2, 29, None), (5, 1, 1980)])),
        account_created_on=draw(st.sampled_from([None, date(2020, 5, 4)])),
        updated_at=updated_at,
        address=draw(addresses()),
    )
    return s.CustomerUpdate(
        source=draw(st.sampled_from(["till", "shopify"])),
        customer=person,
        consent=said,
        deleted=draw(st.integers(0, 9)) == 0,
        is_excerpt=updated_at is None and draw(st.booleans()),
    )


@st.composite
def products(draw: Any) -> s.ProductSnapshot:
    variants = [
        s.VariantSnapshot(
            external_id=draw(st.sampled_from(["v1", "v2", "handle:a:50", "sku:A1", " v1", "v3"])),
            title=draw(texts),
            sku=draw(skus),
            price=draw(st.sampled_from([None, Amount(100), Amount(250)])),
            image_url=draw(st.sampled_from(["", "https://shop.example/a.png", "javascript:1"])),
        )
        for _ in range(draw(st.integers(0, 3)))
    ]
    updated_at = draw(moments)
    return s.ProductSnapshot(
        source="till",
        external_id=draw(st.sampled_from(["p1", "p2", "p3", "handle:a", "handle:b", "sku:A1"])),
        title=draw(texts),
        handle=draw(st.sampled_from(["", "a", "b"])),
        category=draw(st.sampled_from(["", "Soaps", "Cups "])),
        url=draw(st.sampled_from(["", "https://shop.example/p"])),
        variants=tuple(variants),
        review_delay_days=draw(st.sampled_from([None, 7])),
        updated_at=updated_at,
        deleted=draw(st.integers(0, 9)) == 0,
        is_excerpt=updated_at is None and draw(st.booleans()),
    )


@st.composite
def orders(draw: Any) -> s.OrderSnapshot:
    """An order from a file that knows goods by SKU or name, of a guest."""
    number = draw(st.integers(1, 3))
    return s.OrderSnapshot(
        source="till",
        external_id=f"o{number}",
        number=f"#{number}",
        currency="CZK",
        placed_at=START,
        updated_at=START,
        total=Amount(100),
        email=draw(emails),
        lines=(
            s.LineSnapshot(
                external_id="1",
                title=draw(texts),
                quantity=Decimal(1),
                unit_price=Amount(100),
                total=Amount(100),
                sku=draw(skus),
                product_external_id=draw(st.sampled_from(["", "", "p1"])),
            ),
        ),
    )


def histories(records: Any) -> Any:
    return st.lists(st.one_of(records, records, records, orders()), min_size=3, max_size=9)


def take(
    store: Store, writer: Callable[[], Writer], history: Sequence[Any], *, batch: int
) -> list[Taken]:
    """The history by batches; each rejected line with its reason."""
    taken = []
    records = [Record(line, news) for line, news in enumerate(history, start=2)]
    with store_scope(store.pk):
        by = writer()
        for start in range(0, len(records), batch):
            with transaction.atomic():
                taken.append(by.take(records[start : start + batch]))
            by.committed()
    return taken


def rejected(taken: Sequence[Taken]) -> list[tuple[int, str]]:
    return sorted((one.line, one.reason) for part in taken for one in part.rejects)


def compare(kind: str, in_sets: Any, history: Sequence[Any], batch: int) -> None:
    with transaction.atomic():
        sets, ones = StoreFactory(), StoreFactory()
        one_by_one = take(
            ones, lambda: OneByOne(store=ones, what=kind, now=NOW), history, batch=batch
        )
        at_once = take(sets, lambda: in_sets(store=sets, now=NOW), history, batch=batch)
        assert rejected(at_once) == rejected(one_by_one)
        assert_equal_rows(rows_of(sets), rows_of(ones))
        transaction.set_rollback(True)


thoroughly = settings(
    max_examples=30,
    deadline=None,
    phases=QUICKLY,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.mark.django_db
@thoroughly
@given(history=histories(customers()), batch=st.integers(1, 9))
def test_customers_in_sets_are_those_one_by_one(history: list[Any], batch: int) -> None:
    compare("customers", customers_in_sets, history, batch)


@pytest.mark.django_db
@thoroughly
@given(history=histories(products()), batch=st.integers(1, 9))
def test_products_in_sets_are_those_one_by_one(history: list[Any], batch: int) -> None:
    compare("products", products_in_sets, history, batch)
