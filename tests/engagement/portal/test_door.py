"""Getting in without a password: A1–A4, A6, A9, A21 of the reliability rules."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.stores.scope import store_scope
from engagement.portal.models import LoginRequest, PortalSession
from engagement.preferences.login_links import login_codes
from orders.models import Order
from tests.conftest import NOON
from tests.factories.orders import OrderFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_number_and_email_bring_a_mail_and_its_link_lets_in_once(
    shop, jana, ask, mailbox, link_and_digits
):
    client = ask()
    assert client.answer.status_code == 302
    assert [mail.recipient for mail in mailbox()] == ["jana@mail.example"]
    path, _digits = link_and_digits()
    assert client.get(path).status_code == 200
    assert client.get(f"/portal/{shop.slug}/orders/").status_code == 302  # looking lets nobody in
    entered = client.post(path)
    assert entered.url == f"/portal/{shop.slug}/orders/"
    assert "Order #1001" in client.get(entered.url).text
    assert client.post(path).status_code == 410


@pytest.mark.parametrize("written", ["1001", "#1001", "  #1001 ", "# 1001"])
def test_the_number_is_found_however_it_is_typed(jana, ask, mailbox, written):
    ask(number=written, email="JANA@mail.example ")
    assert len(mailbox()) == 1


def test_letters_of_a_number_may_be_small(shop, jana, ask, mailbox):
    with store_scope(shop.pk):
        OrderFactory(store=shop, customer=jana.customer, number="LP-77")
    ask(number="lp-77")
    assert len(mailbox()) == 1


def test_scanners_look_and_press_nothing_and_the_link_still_works(jana, ask, link_and_digits):
    client = ask()
    path, _digits = link_and_digits()
    for _ in range(50):
        assert Client().get(path).status_code == 200
        assert Client().head(path).status_code == 200
        client.get(path)
    assert client.post(path).status_code == 302


def test_a_scanner_that_presses_gets_nobody_in_and_burns_nothing(jana, ask, link_and_digits):
    """It has no cookie of the browser that asked."""
    client = ask()
    path, _digits = link_and_digits()
    answer = Client().post(path)
    assert answer.status_code == 200
    assert "another device" in answer.text
    assert client.post(path).status_code == 302


def test_the_digits_let_in_where_the_link_cannot(shop, jana, ask, link_and_digits):
    client = ask()
    _path, digits = link_and_digits()
    page = client.answer.url
    spaced = f"{digits[:3]} {digits[3:]}"
    assert client.post(page, {"code": spaced}).url == f"/portal/{shop.slug}/orders/"
    assert client.post(page, {"code": digits}).status_code == 422  # used


def test_the_digits_open_nothing_in_another_browser(jana, ask, link_and_digits):
    client = ask()
    _path, digits = link_and_digits()
    stranger = Client()
    assert stranger.post(client.answer.url, {"code": digits}).status_code == 302
    assert not stranger.cookies


def test_five_wrong_tries_burn_the_digits_and_the_link(jana, ask, link_and_digits):
    client = ask()
    path, digits = link_and_digits()
    wrong = f"{(int(digits) + 1) % 10**6:06d}"
    for _ in range(5):
        assert client.post(client.answer.url, {"code": wrong}).status_code == 422
    assert client.post(client.answer.url, {"code": digits}).status_code == 422
    assert client.post(path).status_code == 410


def test_new_requests_bring_no_more_than_fifteen_guesses_an_hour(shop, jana, ask, mailbox):
    """Counted for the account: three requests of five tries, and the fourth is not looked at."""
    for _ in range(3):
        client = ask()
        for _ in range(5):
            client.post(client.answer.url, {"code": "0"})
    client = ask()
    mailbox()
    with store_scope(shop.pk):
        asked = LoginRequest.objects.latest("pk")
    right = login_codes(request_id=asked.public_id)[0]
    assert client.post(client.answer.url, {"code": right}).status_code == 422


def test_known_and_unknown_get_the_same_answer(shop, jana, ask, mailbox):
    """Status, page and queries (A4); only one mailbox hears of it."""
    known, unknown = ask(), ask(number="9999", email="nobody@mail.example")
    pages = []
    for client in (known, unknown):
        assert client.answer.status_code == 302
        page = client.get(client.answer.url)
        token = client.cookies["csrftoken"].value if "csrftoken" in client.cookies else ""
        text = page.text.replace(client.answer.url, "").replace(token, "")
        start = text.index("csrfmiddlewaretoken")
        pages.append((page.status_code, text[:start], text[start + 120 :]))
    assert pages[0] == pages[1]
    assert [mail.recipient for mail in mailbox()] == ["jana@mail.example"]


def test_the_door_asks_the_database_the_same_for_both(shop, jana, ask):
    ask(email="first@mail.example")  # opens the network's counter
    asked = []
    for number, email in (("1001", "jana@mail.example"), ("9999", "nobody@mail.example")):
        with CaptureQueriesContext(connection) as captured:
            ask(number=number, email=email)
        asked.append([query["sql"].split(" ")[0] for query in captured.captured_queries])
    assert asked[0] == asked[1]


def test_the_sixth_mail_of_an_hour_has_to_wait_and_says_how_long(ask, jana, clock):
    for _ in range(5):
        assert ask().answer.status_code == 302
    refused = ask().answer
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 3601
    assert ask(email="petr@mail.example").answer.status_code == 302
    clock.shift(timedelta(hours=1))
    assert ask().answer.status_code == 302


def test_a_network_gets_twenty_and_spoofs_no_others(shop, jana):
    client = Client()
    answers = [
        client.post(
            f"/portal/{shop.slug}/",
            {"order_number": "1", "email": f"{n}@mail.example"},
            headers={"x-forwarded-for": f"10.0.0.{n}"},
        ).status_code
        for n in range(21)
    ]
    assert answers == [302] * 20 + [429]


def test_link_and_digits_are_good_for_ten_minutes(jana, ask, link_and_digits, clock):
    client = ask()
    path, digits = link_and_digits()
    clock.shift(timedelta(minutes=10, seconds=1))
    assert client.get(path).status_code == 410
    assert client.post(path).status_code == 410
    assert client.post(client.answer.url, {"code": digits}).status_code == 422


def test_a_session_ends_when_idle_and_at_the_latest_after_a_day(shop, inside, clock):
    orders = f"/portal/{shop.slug}/orders/"
    clock.shift(timedelta(minutes=31))
    assert inside.get(orders).status_code == 302


def test_a_busy_session_ends_after_a_day(shop, inside, clock):
    orders = f"/portal/{shop.slug}/orders/"
    for _ in range(24 * 3 - 1):
        clock.shift(timedelta(minutes=20))
        assert inside.get(orders).status_code == 200
    clock.shift(timedelta(minutes=21))
    assert inside.get(orders).status_code == 302


def test_no_session_can_be_planted_beforehand(shop, jana, ask, link_and_digits):
    client = ask()
    client.cookies[f"p-in-{shop.slug}"] = "planted"
    path, _digits = link_and_digits()
    client.post(path)
    assert client.cookies[f"p-in-{shop.slug}"].value != "planted"
    with store_scope(shop.pk):
        assert PortalSession.objects.count() == 1


def test_logging_out_ends_the_session_for_good(shop, inside):
    kept = inside.cookies[f"p-in-{shop.slug}"].value
    inside.post(f"/portal/{shop.slug}/leave/")
    inside.cookies[f"p-in-{shop.slug}"] = kept
    assert inside.get(f"/portal/{shop.slug}/orders/").status_code == 302


def test_cookies_are_bound_to_the_host_and_to_https(settings, shop, jana, ask, link_and_digits):
    settings.PRODUCTION = True
    client = ask()
    path, _digits = link_and_digits()
    client.post(path)
    for kind in ("ask", "in"):
        cookie = client.cookies[f"__Host-p-{kind}-{shop.slug}"]
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"]) == (
            True,
            True,
            "Lax",
            "/",
        )


def test_nothing_that_opens_a_door_is_kept(shop, jana, ask, link_and_digits):
    client = ask()
    path, digits = link_and_digits()
    client.post(path)
    with store_scope(shop.pk):
        rows = [*LoginRequest.objects.values(), *PortalSession.objects.values()]
    kept = " ".join(str(value) for row in rows for value in row.values())
    secrets = (digits, path.split("/")[-2], *(c.value for c in client.cookies.values() if c.value))
    assert not [secret for secret in secrets if secret in kept]


@pytest.mark.parametrize(
    "change",
    [{"deleted_at": NOON}, {"customer": None}],
    ids=["deleted order", "order without a customer"],
)
def test_what_leads_to_nobody_mails_nobody(shop, jana, ask, mailbox, change):
    with store_scope(shop.pk):
        Order.objects.filter(pk=jana.order.pk).update(**change)
    assert ask().answer.status_code == 302
    assert mailbox() == []


def test_an_empty_or_broken_form_says_what_is_missing(shop, ask):
    answer = ask(number="", email="jana@").answer
    assert answer.status_code == 422
    assert "Please fill in the number" in answer.text
    assert "This is no e-mail address" in answer.text
