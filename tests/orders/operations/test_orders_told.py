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
    Ignored,
    OrderDeleted,
    Unreadable,
)
from orders.models import Category, Customer, Order, OrderLine
from tests.factories.news import HOME, HOUR, PLACED, line, parcel, told

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


def test_a_deletion_that_arrives_first_keeps_the_order_deleted(hear, happened):
    hear(OrderDeleted("generic", "o-1", PLACED + HOUR))
    hear(told())
    assert happened() == ["order.deleted", "order.placed"]
    assert not Order.objects.get().is_standing


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


def test_news_of_an_order_costs_a_fixed_number_of_queries(hear):
    many = tuple(line(external_id=str(n), product_external_id=f"p{n % 3}") for n in range(30))
    hear(told(lines=many))
    later = told(lines=many, updated_at=PLACED + timedelta(hours=1), note="x")
    with CaptureQueriesContext(
        connection,
    ) as spent:
        hear(later)
    assert len(spent) <= 30
