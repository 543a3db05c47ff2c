"""A customer asks to send goods back: what is written down, and what is not offered."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from orders.models import OrderLine, Return, ReturnLine, ReturnUnit, Variant
from orders.operations.ask_return import ReturnNotOffered
from orders.operations.cancel_return import cancel_return
from orders.operations.decide_return import approve_return, refuse_return
from orders.operations.mark_return_sent import mark_return_sent
from orders.operations.return_steps import TooLate
from tests.orders.returns.shop import NOW, ask, delivered, events, lines, set_policy, want

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(in_store):
    return delivered(in_store)


def test_a_return_is_approved_where_nobody_has_to_look(order):
    mugs, lamp = lines(order)
    asked = ask(order, want(mugs, 2), want(lamp, words="Nehodí se k pokoji"))
    assert (asked.status, asked.looked_at_because) == ("approved", [])
    assert (asked.goods_minor, asked.due_minor, asked.shipping_minor) == (49900, 49900, 0)
    assert asked.send_by == NOW + timedelta(days=14)
    assert events() == ["return.requested", "return.approved"]
    assert ReturnUnit.objects.count() == 3
    assert set(asked.lines.values_list("words", flat=True)) == {"", "Nehodí se k pokoji"}


def test_a_shop_that_looks_at_each_answers_by_a_day(in_store, order):
    set_policy(in_store, approval="person", answer_within_days=3)
    asked = ask(order)
    assert (asked.status, asked.looked_at_because) == ("requested", ["by_hand"])
    assert asked.answer_by == NOW + timedelta(days=3)
    approved = approve_return(asked=asked, by="ann@lipa.example", now=NOW)
    assert (approved.status, approved.decided_by) == ("approved", "ann@lipa.example")
    with pytest.raises(TooLate):
        approve_return(asked=asked, by="bob@lipa.example", now=NOW)
    assert events() == ["return.requested", "return.approved"]


def test_the_same_form_twice_is_one_return(order):
    first = ask(order, once="tab-1")
    assert ask(order, once="tab-1").pk == first.pk
    assert Return.objects.count() == 1


def test_a_piece_comes_back_once_until_its_return_is_called_off(order):
    mugs = lines(order)[0]
    first = ask(order, want(mugs, 2), once="a")
    with pytest.raises(ReturnNotOffered) as no:
        ask(order, want(mugs), once="b")
    assert no.value.reason == "nothing_left"
    unit = ReturnUnit.objects.filter(line__asked=first)[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        ReturnUnit.objects.create(
            store_id=order.store_id, line=unit.line, order_line=mugs, number=unit.number
        )
    cancel_return(asked=first, now=NOW)
    cancel_return(asked=first, now=NOW)
    again = ask(order, want(mugs), once="c")
    refuse_return(asked=again, reason="Už jednou", by="ann@lipa.example", now=NOW)
    assert ask(order, want(mugs, 2), once="d").goods_minor == 40000
    assert events().count("return.canceled") == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"quantity": 3}, "quantity"),
        ({"quantity": "0.5"}, "quantity"),
        ({"quantity": -1}, "quantity"),
        ({"reason_key": ""}, "reason_needed"),
        ({"reason_key": "no_such"}, "reason_needed"),
        ({"reason_key": "damaged"}, "photo_needed"),
    ],
)
def test_what_is_wrong_with_a_wish_is_named(order, change, reason):
    with pytest.raises(ReturnNotOffered) as no:
        ask(order, want(lines(order)[0], **change))
    assert no.value.reason == reason
    assert not Return.objects.exists()


def test_outcome_and_way_must_be_offered(in_store, order):
    set_policy(in_store, offers_credit=False, by_label=False)
    for wish, reason in (({"outcome": "credit"}, "outcome"), ({"way": "label"}, "way")):
        with pytest.raises(ReturnNotOffered) as no:
            ask(order, **wish)
        assert no.value.reason == reason


def test_a_photo_is_kept_with_the_return(order, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    photo = ContentFile(b"picture", name="crack.jpg")
    asked = ask(order, want(lines(order)[0], reason_key="damaged"), photos=[photo])
    assert asked.photos.count() == 1
    assert asked.shop_pays


def test_an_exchange_names_a_variant_of_the_same_product(order, other_store):
    mugs = lines(order)[0]
    dearer = Variant.objects.get(price_minor=25000)
    with pytest.raises(ReturnNotOffered) as no:
        ask(order, want(mugs), outcome="exchange")
    assert no.value.reason == "variant_needed"
    asked = ask(order, want(mugs, variant_id=dearer.pk), outcome="exchange")
    line = asked.lines.get()
    assert (line.new_variant, line.new_title, line.new_price_minor) == (dearer, "Size 1", 25000)
    assert (asked.goods_minor, asked.new_goods_minor) == (20000, 25000)


def test_cloth_by_the_meter_comes_back_whole(order):
    OrderLine.objects.filter(pk=lines(order)[1].pk).update(quantity=Decimal("2.5"))
    cloth = lines(order)[1]
    with pytest.raises(ReturnNotOffered):
        ask(order, want(cloth, 1))
    assert ask(order, want(cloth, "2.5")).goods_minor == 9900


def test_the_customer_says_that_it_left_and_cannot_call_it_off_afterwards_received(order):
    asked = mark_return_sent(asked=ask(order), carrier="Zásilkovna", tracking_number="Z1", now=NOW)
    assert (asked.status, asked.tracking_number) == ("sent", "Z1")
    mark_return_sent(asked=asked, tracking_number="Z2", now=NOW + timedelta(hours=1))
    asked.refresh_from_db()
    assert (asked.tracking_number, asked.sent_at) == ("Z2", NOW)
    assert events().count("return.sent") == 1


def test_the_database_keeps_lines_in_their_bounds(order):
    line = ask(order).lines.get()
    for wrong in ({"received_quantity": 2}, {"restocked_quantity": 1}, {"quantity": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReturnLine.objects.filter(pk=line.pk).update(**wrong)
