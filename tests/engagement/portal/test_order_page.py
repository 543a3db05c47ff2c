"""An order's page: by the link in a mail, inside, and for whoever is given it."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from core.stores.scope import store_scope
from orders.links import order_token, order_url
from orders.models import Fulfillment, FulfillmentLine, Order, OrderDocument, TrackingEvent
from orders.operations.keep_tracking import estimate_row
from orders.operations.revoke_order_links import revoke_order_links
from tests.conftest import NOON
from tests.factories.orders import CustomerFactory, FulfillmentFactory, OrderFactory

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


@pytest.fixture
def path(shop, jana) -> str:
    return f"/portal/{shop.slug}/o/{order_token(order=jana.order)}/"


@pytest.fixture
def parcel(shop, jana) -> Fulfillment:
    with store_scope(shop.pk):
        Order.objects.filter(pk=jana.order.pk).update(fulfillment_status="fulfilled")
        one = FulfillmentFactory(
            store=shop,
            order=jana.order,
            carrier="PPL",
            tracking_number="Z77",
            shipped_at=NOON,
            estimated_at=NOON + 2 * DAY,
        )
        FulfillmentLine.objects.create(
            store=shop, fulfillment=one, order_line=jana.line, quantity=1
        )
        TrackingEvent.objects.create(
            store=shop,
            fulfillment=one,
            source="generic",
            tracking_number="Z77",
            key="1",
            kind="in_transit",
            message="Sorted in Jažlovice",
            happened_at=NOON,
            received_at=NOON,
        )
    return one


def test_the_link_in_every_mail_opens_the_order(client, path, parcel):
    page = client.get(path)
    assert page.status_code == 200
    for words in (
        "Order #1001",
        "Arriving Thursday, 5 March",
        "Rose soap",
        "CZK\u00a0499.00",
        "Dlouhá 2",
        "PPL",
        "Z77",
        "Sorted in Jažlovice",
    ):
        assert words in page.text
    assert page["Cache-Control"].startswith("max-age=0")
    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex"
    assert "unsafe" not in page["Content-Security-Policy"]


def test_an_estimate_among_the_news_is_told_in_the_language_of_the_page(client, shop, path, parcel):
    with store_scope(shop.pk):
        estimate = estimate_row(
            store_id=shop.pk,
            source="generic",
            tracking_number="Z77",
            estimated_at=NOON + 4 * DAY,
            stated_at=NOON + DAY,
            now=NOON + DAY,
        )
        estimate.fulfillment = parcel
        estimate.save()
    shop.languages = ["en", "fi"]
    shop.save(update_fields=["languages"])
    page = client.get(f"{path}?lang=fi").text
    assert "lauantaina 7. maaliskuuta" in page.replace("\xa0", " ")
    assert "Expected on" not in page


def test_it_is_the_address_that_mails_carry(shop, jana, path):
    assert order_url(store=shop, order=jana.order).endswith(path)


def test_the_page_speaks_the_customers_language_and_another_when_asked(shop, jana, client, path):
    with store_scope(shop.pk):
        jana.customer.locale = "cs-CZ"
        jana.customer.save()
    shop.languages = ["cs", "en", "fi"]
    shop.save()
    assert '<html lang="cs">' in client.get(path).text
    assert '<html lang="fi">' in client.get(path + "?lang=fi").text
    assert '<html lang="fi">' in client.get(path).text  # it stays
    assert '<html lang="cs">' in Client().get(path + "?lang=xx").text


def test_the_number_of_queries_does_not_grow(
    shop, jana, client, path, parcel, django_assert_max_num_queries
):
    with store_scope(shop.pk):
        for n in range(5):
            FulfillmentFactory(store=shop, order=jana.order, tracking_number=f"N{n}")
    with django_assert_max_num_queries(12):
        assert "Parcel 6" in client.get(path).text


def test_an_old_link_shows_how_the_parcel_fares_and_no_address(shop, jana, client, path, clock):
    clock.shift(61 * DAY)
    page = client.get(path).text
    assert "Rose soap" in page
    assert "Dlouhá 2" not in page
    assert "Log in to see it" in page


def test_the_buyer_who_is_in_sees_the_address_of_an_old_order(
    shop, jana, ask, link_and_digits, path, clock
):
    clock.shift(61 * DAY)
    client = ask()
    link, _digits = link_and_digits()
    client.post(link)
    assert "Dlouhá 2" in client.get(path).text


def test_revoked_links_open_nothing_and_new_ones_do(shop, jana, client, path):
    with store_scope(shop.pk):
        revoke_order_links(order=jana.order)
    assert client.get(path).status_code == 404
    fresh = f"/portal/{shop.slug}/o/{order_token(order=jana.order)}/"
    assert client.get(fresh).status_code == 200


def test_the_buyer_of_a_gift_finds_the_link_to_pass_on(shop, jana, client, path, parcel):
    assert "Pass this link on" not in client.get(path).text
    with store_scope(shop.pk):
        Order.objects.filter(pk=jana.order.pk).update(is_gift=True)
    page = client.get(path).text
    passed_on = order_url(store=shop, order=jana.order, audience="recipient")
    assert "For whoever gets it" in page
    assert passed_on in page
    seen = Client().get(passed_on[passed_on.index("/portal/") :]).text
    assert "A parcel for you" in seen
    for secret in ("Rose soap", "Dlouhá 2", "499", "Pass this link on"):
        assert secret not in seen


def test_a_canceled_gift_has_nothing_to_pass_on(shop, jana, client, path):
    with store_scope(shop.pk):
        Order.objects.filter(pk=jana.order.pk).update(is_gift=True, status="canceled")
    assert "For whoever gets it" not in client.get(path).text


def test_a_gifts_recipient_sees_the_parcel_and_nothing_of_the_buyer(shop, jana, client, parcel):
    token = order_token(order=jana.order, audience="recipient")
    page = client.get(f"/portal/{shop.slug}/o/{token}/")
    assert page.status_code == 200
    assert "Arriving Thursday, 5 March" in page.text
    for secret in ("Jana", "Dlouhá", "jana@", "499", "Rose soap", "#1001", "Z77", "Jažlovice"):
        assert secret not in page.text


def test_a_recipients_link_opens_no_papers(shop, jana, client):
    with store_scope(shop.pk):
        paper = invoice(shop, jana.order)
    token = order_token(order=jana.order, audience="recipient")
    assert client.get(f"/portal/{shop.slug}/o/{token}/papers/{paper.public_id}/").status_code == 404


def invoice(shop, order: Order) -> OrderDocument:
    return OrderDocument.objects.create(
        store=shop,
        order=order,
        kind="invoice",
        title="Invoice 7",
        file=ContentFile(b"%PDF-1.4 secret", name="invoice.pdf"),
        created_at=NOON,
    )


def test_papers_are_downloaded_never_shown(shop, jana, client, path, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with store_scope(shop.pk):
        paper = invoice(shop, jana.order)
    assert "Invoice 7" in client.get(path).text
    answer = client.get(f"{path}papers/{paper.public_id}/")
    assert b"".join(answer.streaming_content) == b"%PDF-1.4 secret"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_all_orders_newest_first_and_nobody_elses(shop, jana, inside):
    with store_scope(shop.pk):
        OrderFactory(store=shop, customer=jana.customer, number="OLD", placed_at=NOON - DAY)
        petr = CustomerFactory(store=shop)
        OrderFactory(store=shop, customer=petr, number="PETRS")
    page = inside.get(f"/portal/{shop.slug}/orders/").text
    assert page.index("#1001") < page.index("OLD")
    assert "PETRS" not in page


def test_an_order_inside_is_the_customers_own_or_not_there(shop, other_store, jana, inside):
    own = inside.get(f"/portal/{shop.slug}/orders/{jana.order.public_id}/")
    assert own.status_code == 200
    assert "Rose soap" in own.text
    with store_scope(shop.pk):
        petrs = OrderFactory(store=shop, customer=CustomerFactory(store=shop))
    with store_scope(other_store.pk):
        kontios = OrderFactory(store=other_store)
    for foreign in (petrs, kontios):
        for slug in (shop.slug, other_store.slug):
            answer = inside.get(f"/portal/{slug}/orders/{foreign.public_id}/")
            assert answer.status_code in (302, 404)


def test_a_link_of_one_store_opens_nothing_in_another(shop, other_store, jana, client):
    token = order_token(order=jana.order)
    assert client.get(f"/portal/{other_store.slug}/o/{token}/").status_code == 404


def test_forged_links_open_nothing(shop, client, path):
    token = path.split("/")[-2]
    forged = [token[:-2] + "AA", token[1:], "A" * len(token), "x", "ž" * 40, "A" * 500]
    for one in forged:
        assert client.get(f"/portal/{shop.slug}/o/{one}/").status_code == 404


def test_an_erased_customers_links_open_nothing(shop, jana, client, path):
    with store_scope(shop.pk):
        jana.customer.erased_at = NOON
        jana.customer.save()
    assert client.get(path).status_code == 404
