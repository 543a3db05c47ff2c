"""Thank-you, guide, tips and what goes well with it: who gets them, who is left alone."""

from datetime import timedelta

import pytest

from engagement.flows.models import Flow
from engagement.flows.operations.switch_flow import switch_flow
from engagement.guides.models import CareTip, Guide
from engagement.messages.models import Message, Reason
from engagement.messages.rules import Go, Skip
from engagement.preferences.operations.unsubscribe import unsubscribe
from orders.models import Category, Order, Product, Variant
from tests.conftest import NOON
from tests.factories.orders import OrderFactory, OrderLineFactory, ProductFactory

URL = "https://lipa.example/guide"


@pytest.fixture
def arrives(shop, bought, place, ship, deliver):
    """Somebody buys and gets it, today unless said otherwise; the order."""

    def arrived(**how) -> Order:
        order = bought(**how).order
        place(order)
        deliver(ship(order))
        return order

    return arrived


@pytest.fixture
def on(shop, clock):
    def switched(key: str) -> None:
        switch_flow(store=shop, key=key, to=Flow.Status.ON, now=NOON - timedelta(minutes=1))
        Flow.objects.filter(key=key).update(activated_at=NOON - timedelta(days=365))

    return switched


def of(flow: str, order: Order | None = None) -> list[Message]:
    rows = Message.objects.filter(flow=flow).order_by("due_at", "pk")
    return list(rows if order is None else rows.filter(order=order))


def test_the_thank_you_is_off_until_somebody_wants_it(arrives):
    assert not of("thank_you", arrives())
    assert Flow.objects.get(key="thank_you").status == Flow.Status.OFF


def test_it_goes_without_a_yes_but_not_after_a_no(arrives, on, judge, shop):
    on("thank_you")
    shop.thanks_name, shop.thanks_role = "Petra", "packs your parcels"
    shop.save()
    (message,) = of("thank_you", arrives(consent=False))
    assert message.due_at.astimezone(shop.zone).strftime("%d %H:%M") == "06 10:00"
    ruling = judge(message, at=message.due_at)
    assert isinstance(ruling, Go)
    assert ruling.context["thanks"]["name"] == "Petra"
    assert ruling.context["links"]["unsubscribe_url"]
    assert ruling.gives is None
    unsubscribe(customer_id=message.customer_id, source="page", now=NOON)
    assert judge(message, at=message.due_at) == Skip(Reason.UNSUBSCRIBED)


def test_nobody_is_thanked_twice_in_ninety_days(arrives, on):
    on("thank_you")
    first = arrives()
    second = arrives(customer=first.customer)
    assert [m.status for m in of("thank_you", first)] == ["planned"]
    assert [m.reason for m in of("thank_you", second)] == [Reason.CAPPED]


def test_the_signature_rides_on_another_mail(bought, place, judge, shop):
    shop.thanks_name, shop.thanks_rides_on = "Petra", "order_confirmation"
    shop.save()
    place(bought().order)
    ruling = judge(Message.objects.get(flow="order_confirmation"))
    assert ruling.context["thanks"]["name"] == "Petra"
    shop.thanks_rides_on = ""
    shop.save()
    assert "thanks" not in judge(Message.objects.get(flow="order_confirmation")).context


def guide(shop, **about) -> Guide:
    return Guide.objects.create(
        store=shop, title={"en": "How to", "cs": "Jak na to"}, url=URL, created_at=NOON, **about
    )


def test_the_guide_comes_when_it_arrives_and_once(arrives, judge, shop):
    soap, towel = ProductFactory(store=shop), ProductFactory(store=shop)
    guide(shop, product=soap)
    order = arrives(product=soap)
    (message,) = of("guide_on_arrival", order)
    assert message.message_class == "transactional"
    assert message.due_at - order.delivered_at == timedelta(hours=2)
    assert judge(message, at=message.due_at).context["guide"]["url"] == URL
    assert not of("guide_on_arrival", arrives(product=soap, customer=order.customer))
    assert not of("guide_on_arrival", arrives(product=towel))
    assert not of("guide_on_arrival", arrives(product=soap, is_gift=True))


def test_a_guide_of_the_category_serves_and_a_guide_that_is_gone_sends_nothing(
    arrives, judge, shop
):
    creams = Category.objects.create(store=shop, name="Creams")
    shared = guide(shop, category=creams)
    (message,) = of(
        "guide_on_arrival", arrives(product=ProductFactory(store=shop, category=creams))
    )
    assert isinstance(judge(message, at=message.due_at), Go)
    shared.delete()
    assert judge(message, at=message.due_at).reason == Reason.OVERTAKEN


def tip(shop, product, step) -> CareTip:
    return CareTip.objects.create(
        store=shop, product=product, step=step, title={"en": f"Tip {step}"}, created_at=NOON
    )


def test_tips_follow_in_their_weeks_those_that_there_are(arrives, judge, shop):
    soap = ProductFactory(store=shop)
    tip(shop, soap, 1)
    third = tip(shop, soap, 3)
    order = arrives(product=soap)
    first, last = of("care_tips", order)
    assert (first.template, last.template) == ("care_tips_1", "care_tips_3")
    (shown,) = judge(last, at=last.due_at).context["tips"]
    assert shown["title"] == {"en": "Tip 3"}
    third.delete()
    assert judge(last, at=last.due_at).reason == Reason.OVERTAKEN
    assert isinstance(judge(first, at=first.due_at), Go)
    assert not of("care_tips", arrives(product=soap, customer=order.customer))


def test_tips_need_a_recorded_yes(arrives, judge, shop):
    soap = ProductFactory(store=shop)
    tip(shop, soap, 1)
    (message,) = of("care_tips", arrives(product=soap, consent=False))
    assert judge(message, at=message.due_at) == Skip(Reason.NO_CONSENT)


@pytest.fixture
def goods(shop) -> dict[str, Product]:
    """Soap is bought with a dish by two, with a brush by three, with a cloth by one."""
    made = {
        name: ProductFactory(store=shop, title=name, url=f"https://lipa.example/{name}")
        for name in ("soap", "dish", "brush", "cloth")
    }
    for index in range(3):
        order = OrderFactory(store=shop)
        basket = ["soap", "brush", *(["dish"] if index < 2 else ["cloth"])]
        for name in basket:
            OrderLineFactory(store=shop, order=order, product=made[name])
    Variant.objects.create(
        store=shop, product=made["brush"], source="generic", external_id="v", price_minor=9900
    )
    return made


def test_cross_sell_shows_what_others_bought_and_never_what_they_have(
    arrives, on, judge, shop, goods, bought
):
    on("cross_sell")
    order = arrives(product=goods["soap"])
    (message,) = of("cross_sell", order)
    assert message.facts["offers"] == [goods["brush"].pk, goods["dish"].pk]
    shown = judge(message, at=message.due_at).context["products"]
    assert [one["title"] for one in shown] == ["brush", "dish"]
    assert shown[0]["price"] == {"minor": 9900, "currency": "CZK"}
    bought(customer=order.customer, product=goods["brush"])
    Product.objects.filter(pk=goods["dish"].pk).update(deleted_at=NOON)
    assert judge(message, at=message.due_at).reason == Reason.OVERTAKEN


def test_where_nobody_bought_anything_with_it_the_category_helps(arrives, on, shop):
    on("cross_sell")
    creams = Category.objects.create(store=shop, name="Creams")
    day = ProductFactory(store=shop, category=creams, url="https://lipa.example/day")
    night = ProductFactory(store=shop, category=creams, url="https://lipa.example/night")
    ProductFactory(store=shop, category=creams)  # no page to lead to
    (message,) = of("cross_sell", arrives(product=day))
    assert message.facts["offers"] == [night.pk]
    assert not of("cross_sell", arrives(product=ProductFactory(store=shop)))
