"""What was given back, and what was taken back of that."""

from dataclasses import replace

import pytest

from core.events.models import EventRow
from core.money import Amount
from orders.ingest.snapshots import (
    RefundUpdate,
)
from orders.models import Order, Refund
from tests.factories.news import HOUR, PLACED, refund, told

pytestmark = pytest.mark.django_db


def test_refunds_add_up_and_a_deleted_one_is_taken_back(hear, happened):
    hear(told(refunds=(refund(), refund(external_id="r-2", amount=Amount(500), lines=()))))
    order = Order.objects.get()
    assert order.refunded_minor == 10400
    assert order.lines.get().refunded_quantity == 1
    hear(RefundUpdate("generic", "o-1", "CZK", refund(deleted=True)))
    order.refresh_from_db()
    assert order.refunded_minor == 500
    assert order.lines.get().refunded_quantity == 0
    assert happened().count("order.refunded") == 2


def test_a_deleted_refund_without_a_name_takes_back_the_one_no_longer_listed(hear):
    first, second = (refund(external_id=r, happened_at=PLACED + HOUR, lines=()) for r in "78")
    listed = told(updated_at=PLACED + HOUR, refunds=(first, second))
    unnamed = refund(external_id="", amount=Amount(0), lines=(), deleted=True)
    after = told(updated_at=PLACED + 2 * HOUR, refunds=(unnamed, second))
    for order_of_arrival in ((listed, after), (after, listed)):
        for news in order_of_arrival:
            hear(news)
        order = Order.objects.get()
        assert order.refunded_minor == 9900
        standing = Refund.objects.filter(order=order, deleted_at__isnull=True)
        assert [row.external_id for row in standing] == ["8"]
        EventRow.objects.all().delete()
        Order.objects.all().delete()


def test_a_shop_may_call_its_refund_zero_and_take_back_another(hear):
    """A number that WooCommerce never gives is a refund like any other elsewhere."""
    zero = refund(external_id="0", amount=Amount(100), lines=(), happened_at=PLACED + HOUR)
    unnamed = refund(external_id="", amount=Amount(0), lines=(), deleted=True)
    hear(told(updated_at=PLACED + HOUR, refunds=(zero, refund(lines=(), happened_at=PLACED))))
    hear(told(updated_at=PLACED + 2 * HOUR, refunds=(unnamed, zero)))
    hear(told(updated_at=PLACED + 2 * HOUR, refunds=(unnamed, zero)))
    hear(RefundUpdate("generic", "o-1", "CZK", replace(zero, deleted=True)))
    hear(told(updated_at=PLACED + 3 * HOUR, refunds=(unnamed, replace(zero, deleted=True))))
    assert Order.objects.get().refunded_minor == 0


def test_goods_put_back_without_money_are_no_refund_event(hear, happened):
    hear(told(refunds=(refund(amount=Amount(0)),)))
    assert happened() == ["order.placed"]
