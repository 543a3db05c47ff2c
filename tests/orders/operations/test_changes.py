"""What a customer asks to change: allowed by the shop's rules, settled by what happens to the order."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from core.events.models import EventRow
from core.events.spine import drain
from core.outbound import Answer
from core.stores.scope import store_scope
from orders.models import (
    ChangeRequest,
    Fulfillment,
    Order,
    PlatformCommand,
    PlatformConnection,
    SelfServicePolicy,
)
from orders.operations.ask_change import NotOffered, ask_change
from orders.operations.carry_out import drain_commands
from orders.operations.decide_change import TooLate, approve_change, refuse_change
from orders.operations.match_changes import match_changes
from orders.self_service.read import rulings_of
from tests.engagement.messages.at_once import at_once
from tests.factories.orders import FulfillmentFactory, OrderFactory

pytestmark = pytest.mark.django_db
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwKEqzTWEUZTI="


@pytest.fixture
def order(in_store) -> Order:
    return OrderFactory(store=in_store, shipping_address={"street": "Stará 1", "city": "Brno"})


@pytest.fixture
def connected(in_store, now) -> PlatformConnection:
    row = PlatformConnection(
        store=in_store, platform="webhook", address="https://shop.example/", created_at=now
    )
    row.set_credentials({"secret": SECRET})
    row.save()
    return row


def policy(store, **columns) -> None:
    SelfServicePolicy.objects.update_or_create(store=store, defaults=columns)


def ask(order, kind="cancel", *, now, **wanted) -> ChangeRequest:
    return ask_change(order=order, kind=kind, wanted=wanted, now=now)


def events() -> list[str]:
    return list(EventRow.objects.order_by("pk").values_list("name", flat=True))


@pytest.mark.parametrize(
    ("change", "rules", "later", "reason"),
    [
        ({}, {}, 0, None),
        ({"status": "canceled"}, {}, 0, "canceled"),
        ({"fulfillment_status": "partial"}, {}, 0, "sent"),
        ({}, {"cancel_until": "never"}, 0, "never"),
        ({}, {"cancel_until": "minutes", "minutes": 30}, 29, None),
        ({}, {"cancel_until": "minutes", "minutes": 30}, 30, "too_late"),
    ],
)
def test_the_rules_say_why_not(in_store, order, change, rules, later, reason):
    Order.objects.filter(pk=order.pk).update(**change)
    order.refresh_from_db()
    policy(in_store, **rules)
    moment = order.placed_at + timedelta(minutes=later)
    assert rulings_of(order=order, now=moment)["cancel"].reason == reason
    if reason:
        with pytest.raises(NotOffered) as no:
            ask(order, now=moment)
        assert no.value.reason == reason
        assert not ChangeRequest.objects.exists()


def test_the_deadline_is_a_time(in_store, order, now):
    policy(in_store, cancel_until="minutes", minutes=45)
    ruling = rulings_of(order=order, now=order.placed_at)["cancel"]
    assert ruling.deadline == order.placed_at + timedelta(minutes=45)


def test_without_a_connection_everything_goes_to_a_person(in_store, order, now):
    policy(in_store, cancel_mode="at_once")
    asked = ask(order, now=now)
    assert asked.status == "waiting"
    approved = approve_change(asked=asked, by="ann@lipa.example", now=now)
    assert (approved.status, approved.command, approved.decided_by) == (
        "approved",
        None,
        "ann@lipa.example",
    )
    Order.objects.filter(pk=order.pk).update(status="canceled", canceled_at=now)
    assert match_changes(order_id=order.pk, now=now) == 1
    assert match_changes(order_id=order.pk, now=now) == 0
    asked.refresh_from_db()
    assert asked.status == "done"
    assert events() == ["order.change_asked", "order.change_done"]


def test_at_once_means_handed_over_at_once(in_store, order, connected, now):
    asked = ask(order, "edit_note", note="Zvonek nefunguje", now=now)
    asked.refresh_from_db()
    assert asked.status == "approved"
    assert asked.command.payload == {"note": "Zvonek nefunguje"}
    assert ask(order, now=now).status == "waiting"  # the careful default for cancellations


def test_one_open_wish_per_order_and_kind(order, now):
    first = ask(order, now=now)
    with pytest.raises(NotOffered) as no:
        ask(order, now=now)
    assert no.value.reason == "asked_already"
    with pytest.raises(IntegrityError), transaction.atomic():
        ChangeRequest.objects.create(
            store_id=order.store_id, order=order, kind="cancel", asked_at=now
        )
    refuse_change(asked=first, reason="Packed already", by="ann@lipa.example", now=now)
    assert ask(order, now=now).pk != first.pk


def test_a_new_address_is_done_when_the_shop_says_so(order, now):
    wanted = {"street": "Nová 2", "city": "Brno", "country": ""}
    asked = approve_change(
        asked=ask(order, "edit_address", address=wanted, now=now), by="a@b.example", now=now
    )
    assert match_changes(order_id=order.pk, now=now) == 0
    Order.objects.filter(pk=order.pk).update(shipping_address={"street": "NOVÁ  2", "city": "Brno"})
    assert match_changes(order_id=order.pk, now=now) == 1
    asked.refresh_from_db()
    assert asked.status == "done"


def test_a_dispatch_refuses_what_waits(in_store, order, now):
    asked = ask(order, now=now)
    FulfillmentFactory(store=in_store, order=order, status=Fulfillment.Status.SHIPPED)
    with pytest.raises(TooLate):
        approve_change(asked=asked, by="a@b.example", now=now)
    assert match_changes(order_id=order.pk, now=now) == 1
    asked.refresh_from_db()
    assert (asked.status, asked.because) == ("refused", "sent")
    assert events()[-1] == "order.change_refused"


@pytest.mark.django_db(transaction=True)
def test_what_the_platform_refuses_goes_back_to_a_person(order, connected, now, monkeypatch):
    monkeypatch.setattr(
        "orders.connectors.webhook.call", lambda **_: Answer(410, {}, b""), raising=True
    )
    asked = approve_change(asked=ask(order, now=now), by="a@b.example", now=now)
    drain_commands()
    asked.refresh_from_db()
    assert asked.status == "waiting"
    assert "410" in asked.problem
    assert approve_change(asked=asked, by="a@b.example", now=now).command is None  # switched off


@pytest.mark.django_db(transaction=True)
def test_a_command_overtaken_by_the_dispatch_refuses_the_wish(in_store, order, connected, now):
    asked = approve_change(asked=ask(order, now=now), by="a@b.example", now=now)
    FulfillmentFactory(store=in_store, order=order, status=Fulfillment.Status.SHIPPED)
    drain_commands()
    asked.refresh_from_db()
    assert (asked.status, asked.because) == ("refused", "sent")


def test_the_shops_own_system_hears_of_every_wish(order, connected, now):
    ask(order, now=now)
    drain()
    told = PlatformCommand.objects.get(kind="tell")
    assert told.payload["event"] == "order.change_asked"
    assert told.payload["change"]["kind"] == "cancel"


def test_nobody_else_decides_twice(order, now):
    asked = ask(order, now=now)
    refuse_change(asked=asked, reason="No", by="a@b.example", now=now)
    with pytest.raises(TooLate):
        approve_change(asked=asked, by="a@b.example", now=now)
    with pytest.raises(TooLate):
        refuse_change(asked=asked, reason="No", by="a@b.example", now=now)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_tabs_one_asks(store, now):
    told: list[str] = []

    def tab(order):
        with store_scope(store.pk):
            try:
                ask(order, now=now)
                told.append("asked")
            except NotOffered as no:
                told.append(no.reason)

    for _ in range(10):
        with store_scope(store.pk):
            order = OrderFactory(store=store)
        at_once(*(lambda order=order: tab(order) for _ in range(3)))
    with store_scope(store.pk):
        assert ChangeRequest.objects.count() == 10
    assert sorted(told) == ["asked"] * 10 + ["asked_already"] * 20


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_wish_and_a_dispatch_at_one_instant_agree(store, now):
    """Either the wish came first and the dispatch refuses it, or it was not taken at all."""

    def send(order):
        with store_scope(store.pk):
            with transaction.atomic():
                locked = Order.objects.select_for_update().get(pk=order.pk)
                FulfillmentFactory(store=store, order=locked, status=Fulfillment.Status.SHIPPED)
            match_changes(order_id=order.pk, now=now)

    def tab(order, told):
        with store_scope(store.pk):
            try:
                ask(order, now=now)
                told.append("asked")
            except NotOffered as no:
                told.append(no.reason)

    for _ in range(10):
        with store_scope(store.pk):
            order = OrderFactory(store=store)
        told: list[str] = []
        at_once(lambda order=order: send(order), lambda order=order, told=told: tab(order, told))
        with store_scope(store.pk):
            match_changes(order_id=order.pk, now=now)
            found = [(row.status, row.because) for row in ChangeRequest.objects.filter(order=order)]
        assert (told, found) in ((["asked"], [("refused", "sent")]), (["sent"], []))
