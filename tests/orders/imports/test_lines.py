"""What a line says is worked out once: the texts put together are those of each line made whole."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db.models import Model
from hypothesis import given, settings
from hypothesis import strategies as st

from core.money import Amount
from orders.imports.blank import blank
from orders.imports.drafts import draft_order
from orders.imports.fingerprints import version_of, whole
from orders.imports.lines import Lines, Said
from orders.imports.values import moment
from orders.ingest.snapshots import CustomerSnapshot, LineSnapshot, OrderSnapshot
from orders.models import Customer, Order, OrderLine, Product, Variant
from orders.operations.apply_order import content_of, order_version
from orders.operations.fit_row import fingerprint
from tests.factories.stores import StoreFactory

NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
texts = st.one_of(
    st.text(max_size=12), st.sampled_from(['"', "\\", "\\u0000", "a\x00b", "\r\n", ",", "ž" * 320])
)
amounts = st.builds(Amount, st.integers(-(10**9), 10**9), st.sampled_from(["", "0.125"]))
lines = st.builds(
    LineSnapshot,
    external_id=st.just(""),
    title=texts,
    quantity=st.sampled_from([Decimal(1), Decimal("2.50"), Decimal("0.0004"), Decimal(10) ** 9]),
    unit_price=amounts,
    total=amounts,
    variant_title=texts,
    sku=texts,
    product_external_id=texts,
    category=texts,
    image_url=st.sampled_from(["", "https://shop.example/a.png", "javascript:"]),
    discount=amounts,
    needs_shipping=st.booleans(),
)
ids = st.one_of(
    st.integers(1, 40).map(str), st.sampled_from(['a"b', "ž", "gid://1", " 7", "0\x00"])
)


@st.composite
def orders(draw: st.DrawFn) -> OrderSnapshot:
    names = draw(st.lists(ids, max_size=12, unique_by=lambda name: name.strip().strip("\x00")))
    sayings = [Said(line) for line in draw(st.lists(lines, min_size=1, max_size=4))]
    said = [draw(st.sampled_from(sayings)) for _ in names]
    return OrderSnapshot(
        source="till",
        external_id="o1",
        number=draw(texts),
        currency="CZK",
        placed_at=NOW,
        updated_at=NOW,
        total=draw(amounts),
        note=draw(texts),
        customer=draw(st.sampled_from([None, CustomerSnapshot("c1", first_name='"lines":[]')])),
        lines=Lines(names, said),
        is_excerpt=draw(st.booleans()),
    )


@settings(max_examples=40, deadline=None)
@given(told=orders())
def test_fingerprints_put_together_are_those_of_the_whole_statement(told: OrderSnapshot) -> None:
    assert version_of(told) == order_version(whole(told))


@pytest.mark.django_db
@settings(max_examples=40, deadline=None)
@given(told=orders())
def test_a_draft_is_the_same_from_lines_said_once_and_from_lines_made(told: OrderSnapshot) -> None:
    store = StoreFactory.build(pk=1)
    remembered = draft_order(snapshot=told, store=store, now=NOW)
    made = draft_order(snapshot=whole(told), store=store, now=NOW)
    left_out = {"_state"}
    assert {k: v for k, v in vars(remembered.order).items() if k not in left_out} == {
        k: v for k, v in vars(made.order).items() if k not in left_out
    }
    assert [one.values for one in remembered.lines.said] == [one.values for one in made.lines.said]
    contents = [
        (name, *one.values[:2], one.amount, one.minor)
        for name, one in zip(remembered.ids, remembered.lines.said, strict=True)
    ]
    expected = fingerprint(content_of(order=remembered.order, lines=contents))
    assert remembered.order.content_hash == expected


def test_lines_are_made_as_they_are_asked_for() -> None:
    one = LineSnapshot("", "Soap", Decimal(1), Amount(100), Amount(100))
    said = Said(one)
    found = Lines(["1", "2"], [said, said])
    made = (replace(one, external_id="1"), replace(one, external_id="2"))
    assert (len(found), found[1], tuple(found[1:])) == (2, made[1], made[1:])
    assert found == made
    assert hash(found) == hash(made)
    assert Lines.of(found) is found
    assert Lines.of(made) == found


@pytest.mark.parametrize("model", [Order, OrderLine, Customer, Product, Variant])
def test_a_blank_row_is_what_its_model_makes(model: type[Model]) -> None:
    left_out = {"_state", "public_id"}
    rows = blank(model), blank(model), model()
    first, second, usual = (
        {name: value for name, value in vars(row).items() if name not in left_out} for row in rows
    )
    assert first == second == usual
    shared = [name for name, value in first.items() if isinstance(value, list | dict)]
    assert all(first[name] is not second[name] for name in shared)


@pytest.mark.parametrize(
    "text", ["2010-12-01 08:26:00", "2010-3-1 8:26:00", " 2011-01-04 10:00:00 "]
)
def test_a_usual_date_is_read_as_its_form_says(text: str) -> None:
    form = "%Y-%m-%d %H:%M:%S"
    plain = datetime.strptime(text.strip(), form).replace(tzinfo=UTC)
    assert moment(text, zone="UTC", form=form) == plain
