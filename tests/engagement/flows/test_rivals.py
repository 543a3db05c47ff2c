"""Two workers at once: the same event entered twice, an arrival against a cancellation, a merge."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction

from core.events.models import EventRow
from core.stores.scope import store_scope
from engagement.flows.models import Flow
from engagement.flows.operations.enter_flows import enter_flows
from engagement.flows.operations.follow_merge import follow_customer_merge
from engagement.flows.operations.stop_flows import stop_flows
from engagement.flows.operations.switch_flow import switch_flow
from engagement.messages.models import Message, Outbox, Reason
from orders.events import OrderCanceled, OrderChanged
from tests.conftest import NOON
from tests.factories.orders import CustomerFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def needs_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("two connections at once need PostgreSQL")


def at_once(store_id: int, *jobs: Callable[[], object]) -> None:
    """Run the jobs at the same moment, each in a transaction of its own; raise what they raise."""
    start, errors = threading.Barrier(len(jobs)), []

    def work(job: Callable[[], object]) -> None:
        try:
            with store_scope(store_id):
                start.wait(timeout=10)
                with transaction.atomic():
                    job()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert errors == []


def test_the_same_event_entered_by_two_workers_is_one_set_of_mails(shop, bought, ship):
    for _ in range(5):
        ship(bought().order, run=False)
        event = EventRow.objects.latest("pk").as_event()
        enter = lambda event=event: enter_flows(event=event, now=NOON)  # noqa: E731
        at_once(shop.pk, enter, enter)
    assert Message.objects.filter(flow="order_shipped").count() == 5
    assert Message.objects.count() == Outbox.objects.count() == 15


def test_an_arrival_a_cancellation_a_merge_and_a_pause_at_once_never_lock_each_other_out(
    shop, bought, ship, deliver
):
    for _ in range(8):
        purchase = bought()
        order = purchase.order
        parcel = ship(order)
        deliver(parcel, at=NOON + timedelta(hours=1), run=False)
        arrived = EventRow.objects.filter(name="order.delivered").latest("pk").as_event()
        other = CustomerFactory(store=shop)
        canceled = OrderCanceled(order_id=order.pk, customer_id=purchase.customer.pk, reason="")
        with transaction.atomic():
            row = EventRow.objects.create(
                store=shop,
                name=canceled.name,
                key=str(order.pk),
                subject=f"order:{order.pk}",
                payload={"order_id": order.pk},
                occurred_at=NOON,
                recorded_at=NOON,
            )
        at_once(
            shop.pk,
            lambda arrived=arrived: enter_flows(event=arrived, now=NOON),
            lambda row=row: stop_flows(event=row.as_event(), now=NOON),
            lambda gone=purchase.customer.pk, stays=other.pk: follow_customer_merge(
                store_id=shop.pk, remaining_id=stays, merged_id=gone, now=NOON
            ),
            lambda: switch_flow(store=shop, key="review_request", to=Flow.Status.PAUSED, now=NOON),
        )
        Flow.objects.filter(key="review_request").update(status=Flow.Status.ON)
        asks = Message.objects.filter(order=order, flow="review_request")
        assert {message.reason for message in asks} == {Reason.ORDER_CANCELED}
        assert not Outbox.objects.filter(message__in=asks).exists()


def test_two_changes_entered_by_two_workers_are_one_mail(shop, bought, tell):
    for _ in range(8):
        order = bought().order
        ids = {"order_id": order.pk, "customer_id": order.customer_id}
        for index, change in enumerate(["items", "address"]):
            tell(
                OrderChanged(**ids, changes=[change]),
                order,
                key=f"{order.pk}:{index}",
                at=NOON + timedelta(seconds=index),
                run=False,
            )
        rows = EventRow.objects.filter(name="order.changed", subject=f"order:{order.pk}")
        events = [row.as_event() for row in rows]
        jobs = [lambda event=event: enter_flows(event=event, now=NOON) for event in events]
        at_once(shop.pk, *jobs)
        mails = Message.objects.filter(flow="order_changed", order=order)
        assert mails.count() == 2
        told = mails.get(status=Message.Status.PLANNED)
        assert told.facts["changes"] == ["items", "address"]
        assert Outbox.objects.filter(message__in=mails).count() == 1
