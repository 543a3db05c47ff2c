"""What mails are written from: plain data, complete, and accepted by the real renderer."""

from datetime import timedelta
from decimal import Decimal

import pytest

from engagement.flows.context.order import plain_quantity
from engagement.flows.rules import RULES
from engagement.messages.models import Message
from engagement.messages.rendering.render import render
from engagement.messages.rules import Go
from orders.events import (
    CustomerBirthdayNeared,
    OrderCanceled,
    OrderChanged,
    OrderDelayed,
    OrderRefunded,
)
from orders.models import FulfillmentLine, Order, OrderLine, Refund
from tests.conftest import NOON
from tests.factories.orders import FulfillmentFactory, ProductFactory

DAY = timedelta(days=1)


def context_of(flow: str, *, at=NOON, **more) -> dict:
    message = Message.objects.get(flow=flow, **more)
    ruling = RULES.judge(messages=[message], now=at)[message.pk]
    assert isinstance(ruling, Go), ruling
    return ruling.context


def is_plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and is_plain(each) for key, each in value.items())
    if isinstance(value, list):
        return all(is_plain(each) for each in value)
    return value is None or type(value).__name__ in {"str", "int", "bool", "datetime", "date"}


def test_a_parcel_shows_what_lies_in_it(shop, bought, ship):
    purchase = bought(quantity=3)
    parcel = FulfillmentFactory(
        store=shop,
        order=purchase.order,
        carrier="Zásilkovna",
        tracking_number="Z123",
        shipped_at=NOON,
        pickup_point={"name": "Trafika", "code": "77", "internal": {"x": 1}},
    )
    FulfillmentLine.objects.create(
        store=shop, fulfillment=parcel, order_line=purchase.line, quantity=2
    )
    Order.objects.filter(pk=purchase.order.pk).update(fulfillment_status="partial")
    ship(purchase.order, parcel=parcel, is_partial=True)
    shown = context_of("order_partly_shipped")["fulfillment"]
    assert (shown["carrier"], shown["tracking_number"]) == ("Zásilkovna", "Z123")
    assert shown["pickup_point"] == {"name": "Trafika", "code": "77"}
    assert [(line["quantity"], line["total"]) for line in shown["lines"]] == [(2, None)]
    assert shown["more_to_come"] is True


def test_a_refund_shows_its_lines_and_leaves_out_what_it_cannot_name(shop, bought, tell):
    purchase = bought()
    refund = Refund.objects.create(
        store=shop,
        order=purchase.order,
        external_id="r1",
        amount_minor=12345,
        currency="CZK",
        reason="Broken",
        lines=[
            {
                "line_external_id": purchase.line.external_id,
                "quantity": "0.500",
                "amount_minor": 12000,
            },
            {"line_external_id": "unknown", "quantity": "1", "amount_minor": 345},
        ],
        happened_at=NOON,
    )
    news = OrderRefunded(
        order_id=purchase.order.pk,
        customer_id=purchase.customer.pk,
        refund_id=refund.pk,
        amount_minor=12345,
        currency="CZK",
    )
    tell(news, refund)
    shown = context_of("refund_issued")["refund"]
    assert shown["amount"] == {"minor": 12345, "currency": "CZK"}
    assert [(line["quantity"], line["total"]["minor"]) for line in shown["lines"]] == [
        ("0.5", 12000)
    ]


def test_a_delay_tells_cause_promise_and_the_new_estimate(shop, bought, tell):
    order = bought(promised_at=NOON - DAY).order
    FulfillmentFactory(store=shop, order=order, shipped_at=NOON - DAY, estimated_at=NOON + 2 * DAY)
    news = OrderDelayed(order_id=order.pk, customer_id=order.customer_id, cause="promise_passed")
    tell(news, order, key=f"{order.pk}:promise_passed:2026-03-02")
    assert context_of("order_delayed")["delay"] == {
        "cause": "promise_passed",
        "promised_at": NOON - DAY,
        "new_estimate": NOON + 2 * DAY,
        "is_over": True,
    }


def test_a_promise_that_the_carrier_cannot_keep_is_not_over_yet(shop, bought, tell):
    order = bought(promised_at=NOON + DAY).order
    FulfillmentFactory(store=shop, order=order, shipped_at=NOON - DAY, estimated_at=NOON + 2 * DAY)
    news = OrderDelayed(order_id=order.pk, customer_id=order.customer_id, cause="promise_passed")
    tell(news, order, key=f"{order.pk}:promise_passed:2026-03-04")
    assert context_of("order_delayed")["delay"]["is_over"] is False


def test_marketing_carries_the_way_out_and_order_news_a_quiet_link(
    shop, bought, ship, deliver, place
):
    purchase = bought(product=ProductFactory(store=shop, url="https://lipa.example/p/1"))
    place(purchase.order)
    deliver(ship(purchase.order))
    asked = context_of("review_request", step="ask", at=NOON + 10 * DAY)
    assert "/u/" in asked["links"]["unsubscribe_url"]
    assert [product["url"] for product in asked["products"]] == ["https://lipa.example/p/1"]
    links = context_of("order_confirmation")["links"]
    assert links.keys() == {"preferences_url", "browser_url"}


def test_a_guest_is_greeted_by_the_name_of_who_pays(shop, bought, place):
    order = bought(billing_address={"name": "Petr Malý"}).order
    order.customer, order.email = None, "guest@mail.example"
    order.save()
    place(order)
    message = Message.objects.get(flow="order_confirmation")
    ruling = RULES.judge(messages=[message], now=NOON)[message.pk]
    assert (ruling.to_email, ruling.to_name) == ("guest@mail.example", "Petr Malý")
    assert ruling.context["customer"]["full_name"] == "Petr Malý"


@pytest.mark.parametrize(
    ("quantity", "shown"), [("2.000", 2), ("1.500", "1.5"), ("0.125", "0.125"), ("1E+2", 100)]
)
def test_quantities_are_never_rounded(quantity, shown):
    assert plain_quantity(Decimal(quantity)) == shown


@pytest.mark.parametrize("language", ["en", "cs", "fi"])
def test_every_flow_is_written_by_the_real_renderer(
    shop, bought, place, ship, deliver, tell, language
):
    purchase = bought(product=ProductFactory(store=shop, replenish_after_days=9))
    order, customer = purchase.order, purchase.customer
    OrderLine.objects.update(quantity=Decimal("1.5"))
    ids = {"order_id": order.pk, "customer_id": customer.pk}
    place(order)
    tell(OrderChanged(**ids, changes=["items", "strange"]), order, key=f"{order.pk}:1")
    tell(OrderDelayed(**ids, cause="silent"), order, key=f"{order.pk}:silent:1")
    tell(CustomerBirthdayNeared(customer_id=customer.pk, on="2026-03-03"), customer, key="1:2026")
    contexts = [
        (flow, context_of(flow))
        for flow in ("order_confirmation", "order_changed", "order_delayed", "birthday")
    ]
    parcel = ship(order)
    contexts.append(("order_shipped", context_of("order_shipped")))
    deliver(parcel)
    contexts.append(("delivered", context_of("delivered")))
    later = NOON + 14 * DAY
    contexts.append(("review_request", context_of("review_request", step="ask", at=later)))
    contexts.append(("replenishment", context_of("replenishment", at=later)))
    Order.objects.filter(pk=order.pk).update(status=Order.Status.CANCELED)
    tell(OrderCanceled(**ids, reason="customer"), order)
    contexts.append(("order_canceled", context_of("order_canceled")))
    for template, context in contexts:
        assert is_plain(context), template
        mail = render(template=template, language=language, context=context)
        assert mail.subject
        assert "{{" not in mail.html + mail.text
