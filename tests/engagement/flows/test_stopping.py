"""Merges carry mails over; a broken mail pauses its flow; one store never touches another's."""

from datetime import timedelta

from django.db import transaction

from core.events import spine
from core.stores.scope import every_store, store_scope
from engagement.flows.catalog import CATALOG
from engagement.flows.models import Flow, FlowVersion
from engagement.flows.operations.install_flows import install_flows
from engagement.messages.events import StepFailing
from engagement.messages.models import Message, Outbox, Reason
from orders.events import (
    CustomerBirthdayNeared,
    CustomerMerged,
    OrderCanceled,
    OrderDeletedByShop,
    OrderPlaced,
)
from orders.models import Order
from tests.conftest import NOON
from tests.factories.orders import CustomerFactory, OrderFactory, ProductFactory


def test_mails_go_on_with_the_customer_who_remains(shop, bought, ship, tell):
    purchase = bought(product=ProductFactory(store=shop, replenish_after_days=70))
    gone, stays = purchase.customer, CustomerFactory(store=shop)
    ship(purchase.order)
    for customer in (gone, stays):
        news = CustomerBirthdayNeared(customer_id=customer.pk, on="2026-03-20")
        tell(news, customer, key=f"{customer.pk}:2026")
    merged = CustomerMerged(customer_id=stays.pk, merged_customer_id=gone.pk)
    tell(merged, stays, key=f"{stays.pk}:{gone.pk}")
    tell(merged, stays, key="told twice")
    assert not Message.objects.filter(customer=gone).exists()
    assert not Outbox.objects.filter(customer=gone).exists()
    assert Message.objects.get(flow="replenishment").subject == f"customer:{stays.pk}"
    birthdays = Message.objects.filter(flow="birthday").order_by("pk")
    assert [row.reason or row.status for row in birthdays] == [Reason.MERGED, "planned"]


def test_a_deleted_order_ends_its_mails_but_not_the_word_of_its_cancellation(
    shop, bought, place, tell
):
    order = bought().order
    place(order)
    ids = {"order_id": order.pk, "customer_id": order.customer_id}
    Order.objects.filter(pk=order.pk).update(status=Order.Status.CANCELED, deleted_at=NOON)
    tell(OrderCanceled(**ids, reason=""), order, run=False)
    tell(OrderDeletedByShop(**ids), order)
    assert Message.objects.get(flow="order_confirmation").status == Message.Status.SKIPPED
    assert Message.objects.get(flow="order_canceled").status == Message.Status.PLANNED


def test_the_cancellation_heard_before_the_order_ends_in_one_mail(shop, bought, place, tell, judge):
    order = bought().order
    Order.objects.filter(pk=order.pk).update(status=Order.Status.CANCELED)
    tell(OrderCanceled(order_id=order.pk, customer_id=order.customer_id, reason=""), order)
    place(order)
    confirmation = Message.objects.get(flow="order_confirmation")
    assert judge(confirmation).reason == Reason.ORDER_CANCELED


def test_a_mail_that_cannot_be_written_pauses_its_flow(shop, bought, place, tell):
    place(bought().order)
    message = Message.objects.get()
    failing = StepFailing(message_id=message.pk, flow="order_confirmation", step="send", failures=5)
    tell(failing, message)
    flow = Flow.objects.get(key="order_confirmation")
    assert flow.status == Flow.Status.PAUSED
    assert "could not be written" in flow.paused_reason
    assert Outbox.objects.get().state == Outbox.State.PAUSED


def test_one_stores_news_never_reaches_another_stores_flows(shop, other_store, bought, place):
    with every_store():
        install_flows(store=other_store, now=NOON - timedelta(days=9))
    with store_scope(other_store.pk):
        Flow.objects.update(status=Flow.Status.OFF)
        assert FlowVersion.objects.count() == len(CATALOG)
    place(bought().order)
    assert Message.objects.count() == 1
    with store_scope(other_store.pk):
        assert not Message.objects.exists()
        order = OrderFactory(store=other_store)
        with transaction.atomic():
            spine.record(
                news=OrderPlaced(order_id=order.pk, customer_id=order.customer_id),
                store_id=other_store.pk,
                subject=f"order:{order.pk}",
                key="1",
                occurred_at=NOON,
                origin="live",
                now=NOON,
            )
        spine.drain()
        assert not Message.objects.exists()
