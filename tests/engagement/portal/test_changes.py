"""Customers cancel and change their orders by themselves, as far as the shop's rules go."""

import re
from datetime import timedelta

import pytest

from core.stores.scope import store_scope
from orders.models import ChangeRequest, Fulfillment, Order, SelfServicePolicy
from tests.conftest import NOON
from tests.factories.orders import FulfillmentFactory

pytestmark = pytest.mark.django_db(transaction=True)
STALE = timedelta(minutes=11)  # A21 allows ten


@pytest.fixture
def order_page(shop, jana) -> str:
    return f"/portal/{shop.slug}/orders/{jana.order.public_id}/"


def wishes(shop) -> list[ChangeRequest]:
    with store_scope(shop.pk):
        return list(ChangeRequest.objects.order_by("pk"))


def rules(shop, **columns) -> None:
    with store_scope(shop.pk):
        SelfServicePolicy.objects.create(store=shop, **columns)


def test_a_cancellation_is_asked_for_mailed_and_told_on_the_page(shop, inside, order_page, mailbox):
    page = inside.get(order_page).text
    assert f'href="{order_page}change/cancel/"' in page
    before = len(mailbox())
    asked = inside.post(f"{order_page}change/cancel/", {"why": "Ordered twice"})
    assert (asked.status_code, asked.url) == (302, f"{order_page}#asked")
    (wish,) = wishes(shop)
    assert (wish.kind, wish.status, wish.why) == ("cancel", "waiting", "Ordered twice")
    page = inside.get(order_page).text
    assert "We have your request and are looking at it." in page
    assert "change/cancel/" not in page
    mails = mailbox()[before:]
    assert [mail.subject for mail in mails] == ["We have your request for order #1001"]


def test_looking_at_the_page_changes_nothing(shop, inside, order_page):
    assert inside.get(f"{order_page}change/cancel/").status_code == 200
    assert wishes(shop) == []


def test_an_old_login_has_to_be_proved_anew_and_leads_back(
    shop, inside, order_page, clock, link_and_digits
):
    path = f"{order_page}change/cancel/"
    clock.shift(STALE)
    stale = inside.get(path)
    assert stale.status_code == 403
    assert inside.post(path, {"why": ""}).status_code == 403
    assert wishes(shop) == []
    assert f'name="next" value="{path}"' in stale.text
    assert inside.post(f"/portal/{shop.slug}/again/", {"next": path}).status_code == 302
    link, _digits = link_and_digits()
    entered = inside.post(link)
    assert (entered.status_code, entered.url) == (302, path)
    assert inside.post(path, {"why": ""}).status_code == 302
    assert len(wishes(shop)) == 1


@pytest.mark.parametrize(
    "away", ["https://evil.example/", "//evil.example/", "/admin/", "/portal/kontio/orders/", "x"]
)
def test_the_way_back_leads_nowhere_else(shop, inside, clock, link_and_digits, away):
    inside.post(f"/portal/{shop.slug}/again/", {"next": away})
    link, _digits = link_and_digits()
    assert inside.post(link).url == f"/portal/{shop.slug}/orders/"


def test_an_address_is_shown_once_more_before_it_is_asked_for(shop, jana, inside, order_page):
    with store_scope(shop.pk):
        old = {"name": "Jana", "street": "Dlouhá 2", "country": "CZ", "phone": "+420 1"}
        Order.objects.filter(pk=jana.order.pk).update(shipping_address=old)
    path = f"{order_page}change/address/"
    assert 'value="Dlouhá 2"' in inside.get(path).text
    typed = {"name": "Jana", "street": "Lipová 7", "postcode": "602 00", "city": "Brno"}
    missing = inside.post(path, {**typed, "city": ""})
    assert missing.status_code == 422
    assert "Please fill this in." in missing.text
    sure = inside.post(path, typed)
    assert "Is everything right?" in sure.text
    assert wishes(shop) == []
    assert inside.post(path, {**typed, "back": "1"}).status_code == 200
    assert inside.post(path, {**typed, "sure": "1"}).status_code == 302
    (wish,) = wishes(shop)
    assert wish.wanted["address"]["street"] == "Lipová 7"
    assert wish.wanted["address"]["country"] == "CZ"  # another country is another price


def test_phone_and_note(shop, jana, inside, order_page):
    wrong = inside.post(f"{order_page}change/phone/", {"phone": "call me", "sure": "1"})
    assert wrong.status_code == 422
    inside.post(f"{order_page}change/phone/", {"phone": "+420 777 123 456", "sure": "1"})
    inside.post(f"{order_page}change/note/", {"note": "Zvonek nefunguje", "sure": "1"})
    assert [wish.wanted for wish in wishes(shop)] == [
        {"phone": "+420 777 123 456"},
        {"note": "Zvonek nefunguje"},
    ]


def test_what_has_left_is_not_offered_and_says_what_to_do_instead(shop, jana, inside, order_page):
    with store_scope(shop.pk):
        FulfillmentFactory(store=shop, order=jana.order, status=Fulfillment.Status.SHIPPED)
    assert "change/" not in inside.get(order_page).text
    for what in ("cancel", "address", "phone", "note"):
        answer = inside.post(f"{order_page}change/{what}/", {"why": "", "sure": "1"})
        assert answer.status_code == 409
        assert "The parcel is on its way already" in answer.text
        assert "you can send the goods back" in answer.text
    assert wishes(shop) == []


def test_the_deadline_is_shown_as_a_time_and_kept(shop, inside, order_page, clock):
    rules(shop, cancel_until="minutes", minutes=9)
    page = re.sub(r"\s+", " ", inside.get(f"{order_page}change/cancel/").text)
    assert "This can be done until: <strong>Tuesday, 3 March, 13:09</strong>" in page
    clock.move_to(NOON + timedelta(minutes=9))
    late = inside.post(f"{order_page}change/cancel/", {"why": ""})
    assert late.status_code == 409
    assert "The time for it is over" in late.text


def test_a_refusal_is_told_with_its_reason(shop, inside, order_page):
    inside.post(f"{order_page}change/cancel/", {"why": ""})
    with store_scope(shop.pk):
        ChangeRequest.objects.update(status="refused", reason="Packed <b>already</b>")
    page = inside.get(order_page).text
    assert "It was not possible." in page
    assert "Packed &lt;b&gt;already&lt;/b&gt;" in page


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("cs", "Zrušit objednávku"),
        ("sk", "Zrušiť objednávku"),
        ("sl", "Preklic naročila"),
        ("fi", "Peru tilaus"),
    ],
)
def test_in_the_customers_language(shop, inside, order_page, language, title):
    shop.languages = ["en", "cs", "sk", "sl", "fi"]
    shop.save()
    shown = inside.get(f"{order_page}change/cancel/?lang={language}").text
    assert f"<h1>{title}</h1>" in shown
    assert "The order" not in shown


def test_of_another_customers_order_nothing_can_be_asked(shop, inside):
    with store_scope(shop.pk):
        other = FulfillmentFactory(store=shop).order
    path = f"/portal/{shop.slug}/orders/{other.public_id}/change/cancel/"
    assert inside.post(path, {"why": ""}).status_code == 404
