"""Reviews and replenishment count from the arrival of the goods, by estimate until it is known."""

from datetime import UTC, datetime, timedelta

import pytest

from engagement.flows.models import Flow
from engagement.messages.models import Message, Outbox, Reason
from orders.models import Category, Fulfillment, Variant
from tests.conftest import NOON
from tests.factories.orders import FulfillmentFactory, OrderLineFactory, ProductFactory

DAY = timedelta(days=1)


def at_ten(moment: datetime) -> datetime:
    """10:00 in Prague on the UTC date of `moment` (winter: 9:00 UTC, from 29 March 8:00 UTC)."""
    hour = 8 if moment >= datetime(2026, 3, 29, tzinfo=UTC) else 9
    return moment.replace(hour=hour, minute=0, second=0, microsecond=0)


def asked(step="ask", **more) -> Message:
    return Message.objects.get(flow="review_request", step=step, **more)


def test_a_request_is_planned_at_dispatch_and_moved_when_the_goods_arrive(
    shop, bought, ship, deliver, clock
):
    parcel = ship(bought().order)
    assert asked().due_at == at_ten(NOON + 14 * DAY)  # 4 days on the way, 10 to try it
    assert asked("reminder").due_at == at_ten(NOON + 21 * DAY)
    clock.move_to(NOON + 7 * DAY)
    deliver(parcel)
    assert asked().anchor_at == NOON + 7 * DAY
    assert asked().due_at == at_ten(NOON + 17 * DAY)
    assert asked("reminder").due_at == at_ten(NOON + 24 * DAY)
    for step in ("ask", "reminder"):
        assert Outbox.objects.get(message__step=step).due_at == asked(step).due_at


def test_the_arrival_told_before_the_dispatch_ends_the_same(shop, bought, ship, deliver):
    order = bought().order
    parcel = FulfillmentFactory(store=shop, order=order, shipped_at=NOON - DAY)
    deliver(parcel)
    ship(order, parcel=parcel)
    assert asked().due_at == at_ten(NOON + 10 * DAY)


def test_late_delivery_news_still_moves_what_was_planned(shop, bought, ship, deliver, clock):
    parcel = ship(bought().order)
    clock.move_to(NOON + 8 * DAY)
    deliver(parcel, at=NOON + 3 * DAY)
    assert asked().due_at == at_ten(NOON + 13 * DAY)


def test_stale_dispatch_news_burns_nothing_so_that_fresh_arrival_news_still_counts(
    shop, bought, ship, deliver
):
    parcel = ship(bought().order, at=NOON - 5 * DAY)
    assert not Message.objects.filter(flow="review_request").exists()
    deliver(parcel)
    assert asked().status == Message.Status.PLANNED


def test_two_parcels_count_from_the_later(shop, bought, ship):
    order = bought().order
    ship(order, is_partial=True)
    ship(order, at=NOON + 2 * DAY)
    assert asked().due_at == at_ten(NOON + 16 * DAY)


def test_the_carriers_estimate_is_better_than_ours(shop, bought, ship):
    order = bought().order
    parcel = FulfillmentFactory(
        store=shop, order=order, shipped_at=NOON, estimated_at=NOON + 2 * DAY
    )
    ship(order, parcel=parcel)
    assert asked().due_at == at_ten(NOON + 12 * DAY)


@pytest.mark.parametrize(
    ("own", "category", "days"), [(None, None, 10), (None, 15, 15), (7, 15, 7), (None, 7, 7)]
)
def test_the_delay_is_the_products_the_categorys_or_the_stores(
    shop, bought, ship, deliver, own, category, days
):
    kind = Category.objects.create(store=shop, name="Creams", review_delay_days=category)
    product = ProductFactory(store=shop, category=kind, review_delay_days=own)
    deliver(ship(bought(product=product).order))
    assert asked().due_at == at_ten(NOON + days * DAY)


def test_one_request_names_all_products_and_waits_for_the_slowest(shop, bought, ship, deliver):
    purchase = bought()
    slow = ProductFactory(store=shop, review_delay_days=15)
    silent = ProductFactory(store=shop, is_reviewable=False, review_delay_days=60)
    for product in (slow, silent):
        OrderLineFactory(store=shop, order=purchase.order, product=product)
    deliver(ship(purchase.order))
    assert asked().facts["products"] == sorted([purchase.product.pk, slow.pk])
    assert asked().due_at == at_ten(NOON + 15 * DAY)


@pytest.mark.parametrize(("recurring", "reason"), [(True, "recurring"), (False, "overtaken")])
def test_products_are_asked_about_once(shop, bought, ship, deliver, recurring, reason):
    first = bought()
    deliver(ship(first.order))
    again = bought(customer=first.customer, product=first.product, is_recurring=recurring)
    deliver(ship(again.order))
    assert asked(order=first.order).status == Message.Status.PLANNED
    assert asked(order=again.order).reason == reason


def replenishing(shop, **fields):
    return ProductFactory(store=shop, replenish_after_days=70, **fields)


def reminder(**more) -> Message:
    return Message.objects.get(flow="replenishment", **more)


def test_replenishment_counts_from_the_arrival(shop, bought, ship, deliver, clock):
    purchase = bought(product=replenishing(shop))
    parcel = ship(purchase.order)
    assert reminder().due_at == at_ten(NOON + 74 * DAY)
    clock.move_to(NOON + 2 * DAY)
    deliver(parcel)
    assert reminder().due_at == at_ten(NOON + 72 * DAY)
    assert reminder().subject == f"customer:{purchase.customer.pk}"
    assert reminder().occurrence == f"{purchase.product.pk}:{purchase.order.pk}"


def test_quantity_and_pack_stretch_it_and_a_category_lends_its_default(shop, bought, ship, deliver):
    soap = Category.objects.create(store=shop, name="Soap", replenish_after_days=30)
    purchase = bought(product=ProductFactory(store=shop, category=soap), quantity=2)
    purchase.line.variant = Variant.objects.create(
        store=shop, product=purchase.product, source="generic", external_id="v", pack_size=3
    )
    purchase.line.save()
    deliver(ship(purchase.order))
    assert reminder().due_at == at_ten(NOON + 180 * DAY)


def test_the_third_purchase_knows_the_customers_rhythm(shop, bought, ship, deliver):
    product = replenishing(shop)
    first = bought(product=product, placed_at=NOON - 80 * DAY)
    bought(product=product, customer=first.customer, placed_at=NOON - 40 * DAY)
    third = bought(product=product, customer=first.customer)
    deliver(ship(third.order))
    assert reminder().due_at == at_ten(NOON + 55 * DAY)  # half-way from 40 to 70


def test_buying_again_ends_the_earlier_reminder_and_only_that(shop, bought, place, ship, deliver):
    first = bought(product=replenishing(shop), placed_at=NOON - DAY)
    deliver(ship(first.order))
    other = bought(customer=first.customer, product=replenishing(shop))
    deliver(ship(other.order))
    again = bought(customer=first.customer, product=first.product)
    place(again.order)
    deliver(ship(again.order))
    assert reminder(order=first.order).reason == Reason.REORDERED
    assert reminder(order=other.order).status == Message.Status.PLANNED
    assert reminder(order=again.order).status == Message.Status.PLANNED


def test_late_news_of_the_earlier_order_does_not_end_the_later_ones(shop, bought, place, ship):
    later = bought(product=replenishing(shop))
    ship(later.order)
    earlier = bought(customer=later.customer, product=later.product, placed_at=NOON - DAY)
    place(earlier.order)
    ship(earlier.order)
    assert reminder(order=later.order).status == Message.Status.PLANNED
    assert reminder(order=earlier.order).reason == Reason.REORDERED


def test_a_gift_asks_the_buyer_for_neither(shop, bought, place, ship, deliver):
    order = bought(product=replenishing(shop), is_gift=True).order
    place(order)
    deliver(ship(order))
    gifts = Message.objects.filter(reason=Reason.GIFT)
    assert set(gifts.values_list("flow", flat=True)) == {"review_request", "replenishment"}
    assert Message.objects.get(flow="order_confirmation").status == Message.Status.PLANNED


def test_a_canceled_parcel_is_no_arrival(shop, bought, ship):
    order = bought().order
    parcel = FulfillmentFactory(
        store=shop, order=order, shipped_at=NOON, status=Fulfillment.Status.CANCELED
    )
    ship(order, parcel=parcel)
    assert not Message.objects.filter(flow="review_request").exists()


def test_a_flow_that_is_off_does_not_move_anything(shop, bought, ship, deliver):
    parcel = ship(bought().order)
    before = asked().due_at
    Flow.objects.filter(key="review_request").update(status=Flow.Status.OFF)
    deliver(parcel)
    assert asked().due_at == before
