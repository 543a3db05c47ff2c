"""What one order's news leaves behind, case by case."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.events.models import EventRow
from core.money import Amount, read_amount
from orders.ingest.snapshots import (
    ConsentStatement,
    DocumentSnapshot,
    FulfillmentUpdate,
    Ignored,
    OrderDeleted,
    RefundUpdate,
    Unreadable,
)
from orders.models import Category, Customer, Order, OrderLine, Product, Variant
from orders.queries import orders_with_detail
from tests.factories.news import HOME, HOUR, PLACED, line, parcel, refund, told

pytestmark = pytest.mark.django_db


def test_a_new_order_is_kept_with_its_buyer_goods_and_address(hear, happened):
    outcome = hear(told(lines=(line(category="Soaps"),)))
    order = Order.objects.get(pk=outcome.order_id)
    assert (outcome.status, order.number, order.total_minor) == ("applied", "1001", 19800)
    assert order.customer.email == "jana@mail.example"
    assert order.customer.order_count == 1
    assert order.customer.first_order_at == order.customer.last_order_at == PLACED
    assert order.customer.addresses.get().lines["city"] == "Praha"
    assert order.lines.get().product.category == Category.objects.get(name="Soaps")
    assert happened() == ["order.placed"]


def test_the_same_news_again_is_ignored_with_a_reason(hear, happened):
    hear(told())
    outcome = hear(told())
    assert (outcome.status, outcome.reason) == (
        "ignored",
        "Nothing new: the same or newer news is known.",
    )
    assert happened() == ["order.placed"]


def test_a_draft_stays_out(hear):
    assert hear(told(is_draft=True)).status == "ignored"
    assert not Order.objects.exists()


def test_news_that_is_none_of_our_business_says_why(hear):
    assert hear(Ignored("A theme was published.")).reason == "A theme was published."


def test_first_heard_of_as_canceled_it_was_placed_and_canceled_once(hear, happened):
    canceled = told(canceled_at=PLACED + HOUR, updated_at=PLACED + HOUR, cancel_reason="fraud")
    hear(canceled)
    hear(canceled)
    assert happened() == ["order.canceled", "order.placed"]
    assert Order.objects.get().status == "canceled"
    assert Customer.objects.get().order_count == 0


def test_a_cancellation_is_not_taken_back_by_newer_news(hear):
    hear(told(canceled_at=PLACED + HOUR, updated_at=PLACED + HOUR))
    hear(told(updated_at=PLACED + 2 * HOUR, note="still here"))
    order = Order.objects.get()
    assert (order.status, order.note) == ("canceled", "still here")


def test_of_one_moment_the_further_paid_statement_holds(hear):
    paid = told(payment_status="paid", paid_at=PLACED)
    for first, second in ((told(), paid), (paid, told())):
        hear(first)
        hear(second)
        assert Order.objects.get().payment_status == "paid"
        EventRow.objects.all().delete()
        Order.objects.all().delete()


@pytest.mark.parametrize(
    ("newer", "parts"),
    [
        ({"lines": (line(quantity=Decimal(3)),)}, ["items"]),
        ({"lines": (line(), line(external_id="line-2"))}, ["items"]),
        ({"shipping_address": replace(HOME, street="Dubová 2")}, ["address"]),
        ({"total": Amount(20000)}, ["total"]),
        ({"note": "ring twice", "payment_status": "paid"}, None),
    ],
)
def test_a_change_is_told_when_newer_content_replaces_older(hear, newer, parts):
    hear(told())
    hear(told(updated_at=PLACED + HOUR, **newer))
    hear(told())
    found = EventRow.objects.filter(name="order.changed")
    assert [row.payload["changes"] for row in found] == ([parts] if parts else [])
    if parts:
        order = Order.objects.get()
        assert found.get().key == f"{order.pk}:{order.content_hash[:16]}"


def test_no_change_is_told_of_a_canceled_order(hear, happened):
    hear(told())
    hear(told(updated_at=PLACED + HOUR, canceled_at=PLACED + HOUR, total=Amount(0)))
    assert "order.changed" not in happened()


def test_a_line_taken_out_goes_and_one_put_in_comes(hear):
    hear(told(lines=(line(), line(external_id="line-2"))))
    hear(told(updated_at=PLACED + HOUR, lines=(line(external_id="line-2"),)))
    assert list(OrderLine.objects.values_list("external_id", flat=True)) == ["line-2"]


def test_a_parcel_heard_of_before_its_order_waits_and_then_is_told(hear, happened):
    hear(FulfillmentUpdate("generic", "o-1", parcel()))
    order = Order.objects.get()
    assert (happened(), order.source_updated_at, order.number) == ([], None, "o-1")
    assert not Order.objects.living().exists()
    hear(told())
    order.refresh_from_db()
    assert happened() == ["fulfillment.shipped", "order.placed"]
    assert (order.number, order.fulfillment_status) == ("1001", "fulfilled")
    assert order.fulfillments.get().lines.get().quantity == 2


def test_a_deletion_that_arrives_first_keeps_the_order_deleted(hear, happened):
    hear(OrderDeleted("generic", "o-1", PLACED + HOUR))
    hear(told())
    assert happened() == ["order.deleted", "order.placed"]
    assert not Order.objects.get().is_standing


def test_a_parcel_first_heard_of_as_delivered_was_shipped_too(hear):
    arrived = parcel(status="delivered", delivered_at=PLACED + 48 * HOUR)
    hear(told(fulfillments=(arrived,), updated_at=PLACED + 50 * HOUR))
    moments = dict(EventRow.objects.values_list("name", "occurred_at"))
    assert moments["fulfillment.shipped"] == PLACED + 24 * HOUR
    assert moments["fulfillment.delivered"] == PLACED + 48 * HOUR
    assert moments["order.delivered"] == PLACED + 48 * HOUR


def test_a_part_of_the_order_leaves_first(hear):
    two = (line(), line(external_id="line-2"))
    hear(told(lines=two))
    hear(FulfillmentUpdate("generic", "o-1", parcel()))
    assert Order.objects.get().fulfillment_status == "partial"
    hear(
        FulfillmentUpdate(
            "generic",
            "o-1",
            parcel(external_id="p-2", tracking_number="B", lines=(("line-2", Decimal(2)),)),
        )
    )
    assert Order.objects.get().fulfillment_status == "fulfilled"
    shipped = EventRow.objects.filter(name="fulfillment.shipped").order_by("pk")
    assert [row.payload["is_partial"] for row in shipped] == [True, False]


def test_what_was_given_back_need_not_be_sent(hear, happened):
    two = (line(), line(external_id="line-2"))
    back = refund(lines=(("line-2", Decimal(2), Amount(19800)),))
    arrived = parcel(status="delivered", delivered_at=PLACED + 48 * HOUR)
    hear(told(lines=two, fulfillments=(arrived,)))
    assert "order.delivered" not in happened()
    hear(RefundUpdate("generic", "o-1", "CZK", back))
    assert "order.delivered" in happened()


def test_goods_that_need_no_shipping_are_not_waited_for(hear):
    hear(told(lines=(line(), line(external_id="gift-card", needs_shipping=False))))
    hear(FulfillmentUpdate("generic", "o-1", parcel()))
    assert Order.objects.get().fulfillment_status == "fulfilled"


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


def test_woocommerces_refund_number_zero_takes_back_the_one_no_longer_listed(hear):
    first, second = (refund(external_id=r, happened_at=PLACED + HOUR, lines=()) for r in "78")
    listed = told(updated_at=PLACED + HOUR, refunds=(first, second))
    zero = refund(external_id="0", amount=Amount(0), lines=(), deleted=True)
    after = told(updated_at=PLACED + 2 * HOUR, refunds=(zero, second))
    for order_of_arrival in ((listed, after), (after, listed)):
        for news in order_of_arrival:
            hear(news)
        order = Order.objects.get()
        assert order.refunded_minor == 9900
        standing = orders_with_detail(order_ids=[order.pk])[order.pk].refunds.all()
        assert [row.external_id for row in standing] == ["8"]
        EventRow.objects.all().delete()
        Order.objects.all().delete()


def test_goods_put_back_without_money_are_no_refund_event(hear, happened):
    hear(told(refunds=(refund(amount=Amount(0)),)))
    assert happened() == ["order.placed"]


@pytest.mark.parametrize(
    ("currency", "price", "minor", "text"),
    [
        ("JPY", "1980", 1980, ""),
        ("BHD", "12.345", 12345, ""),
        ("EUR", "0.333333", 33, "0.333333"),
        ("CZK", "99.90", 9990, ""),
    ],
)
def test_money_is_exact_in_every_currency(hear, currency, price, minor, text):
    amount = read_amount(price, currency=currency)
    hear(told(currency=currency, total=amount, lines=(line(unit_price=amount, total=amount),)))
    order, kept = Order.objects.get(), OrderLine.objects.get()
    assert (order.total_minor, order.currency) == (minor, currency)
    assert (kept.unit_price_minor, kept.unit_price_text) == (minor, text)


def test_a_gift_keeps_the_recipient_apart_from_the_buyer(hear):
    theirs = replace(HOME, name="Petr", street="Jiná 3", country="FI")
    hear(
        told(
            is_gift=True,
            recipient_name="Petr",
            recipient_email="Petr@Mail.Example",
            shipping_address=theirs,
            billing_address=HOME,
        )
    )
    order = Order.objects.get()
    assert (order.recipient_name, order.recipient_email) == ("Petr", "petr@mail.example")
    assert order.customer.country == "CZ"
    assert [row.lines["street"] for row in order.customer.addresses.all()] == ["Lipová 1"]


def test_a_document_is_kept_once_and_only_with_a_web_address(hear):
    paper = DocumentSnapshot("i-1", "invoice", "Invoice 1", "https://shop.example/i/1")
    bad = DocumentSnapshot("i-2", "invoice", "Invoice 2", "javascript:alert(1)")
    hear(told(documents=(paper, bad)))
    hear(told(updated_at=PLACED + HOUR, documents=(replace(paper, title="Invoice 1a"),)))
    assert [row.title for row in Order.objects.get().documents.all()] == ["Invoice 1a"]


def test_the_word_on_marketing_mail_is_passed_on_once(hear):
    word = ConsentStatement("jana@mail.example", "explicit", PLACED, "generic", "Yes, write to me")
    hear(told(consent=word))
    hear(told(consent=word, updated_at=PLACED + HOUR))
    event = EventRow.objects.get(name="customer.consent_stated")
    customer = Customer.objects.get()
    assert event.subject == f"customer:{customer.pk}"
    assert event.key == f"{customer.pk}:generic:explicit:{PLACED.isoformat()}"
    assert event.payload["wording"] == "Yes, write to me"


def test_hostile_texts_are_made_to_fit(hear):
    hear(
        told(
            number="9" * 500,
            note="a\x00b",
            status_url="javascript:alert(1)",
            lines=(line(title="x\x00" * 500, image_url="data:text/html,x"),),
        )
    )
    order = Order.objects.get()
    assert (len(order.number), order.note, order.status_url) == (64, "ab", "")
    assert order.lines.get().image_url == ""


@pytest.mark.parametrize(
    "broken",
    [
        {"external_id": ""},
        {"external_id": "x" * 200},
        {"currency": ""},
        {"lines": (line(external_id=""),)},
        {"lines": (line(quantity=Decimal("NaN")),)},
        {"fulfillments": (parcel(status="lost in space"),)},
    ],
)
def test_news_without_what_it_needs_is_unreadable_and_leaves_nothing(hear, broken):
    with pytest.raises(Unreadable):
        hear(told(**broken))
    assert not Order.objects.exists()
    assert not EventRow.objects.exists()


def test_goods_are_known_by_id_then_sku_then_title(hear):
    by_id = line(external_id="1")
    by_sku = line(external_id="2", product_external_id="", sku="OIL", title="Oil")
    by_title = line(external_id="3", product_external_id="", sku="", title="Postcard")
    hear(told(lines=(by_id, by_sku, by_title)))
    hear(told(external_id="o-2", lines=(by_title, by_sku, by_id)))
    assert sorted(Product.objects.values_list("external_id", flat=True)) == [
        "sku:OIL",
        "soap",
        "title:Postcard",
    ]
    assert sorted(Variant.objects.values_list("sku", flat=True)) == ["OIL", "SOAP"]


def test_the_shop_names_goods_that_a_file_spoke_of(hear):
    hear(told(lines=(line(product_external_id=""),)))
    hear(told(external_id="o-2", lines=(line(variant_external_id="v-1"),)))
    assert Product.objects.get().external_id == "soap"
    assert Variant.objects.get().external_id == "v-1"


def test_two_goods_with_one_sku_stay_two(hear):
    hear(told(lines=(line(), line(external_id="line-2", product_external_id="other"))))
    assert Product.objects.count() == 2


def test_detail_of_many_orders_takes_seven_queries(hear, django_assert_num_queries):
    paper = DocumentSnapshot("i-1", "invoice", "Invoice", "https://shop.example/i")
    ids = []
    for n in range(4):
        news = told(
            external_id=f"o-{n}",
            fulfillments=(parcel(tracking_number=f"N{n}", status="out_for_delivery"),),
            refunds=(refund(),),
            documents=(paper,),
        )
        ids.append(hear(news).order_id)
    with django_assert_num_queries(7):
        for order in orders_with_detail(order_ids=ids).values():
            assert order.customer.email
            assert [row.product.category for row in order.lines.all()] == [None]
            for box in order.fulfillments.all():
                assert [row.order_line.title for row in box.lines.all()] == ["Rose soap"]
                assert box.tracking.all()
            assert order.refunds.all()
            assert order.documents.all()


def test_news_of_an_order_costs_a_fixed_number_of_queries(hear):
    many = tuple(line(external_id=str(n), product_external_id=f"p{n % 3}") for n in range(30))
    hear(told(lines=many))
    later = told(lines=many, updated_at=PLACED + timedelta(hours=1), note="x")
    with CaptureQueriesContext(
        connection,
    ) as spent:
        hear(later)
    assert len(spent) <= 30
