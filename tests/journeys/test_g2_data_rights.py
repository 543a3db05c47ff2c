"""G2: a customer sees everything that is kept of them, and has it erased: mails, pages, tables, files."""

import io
import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client

from core.stores.scope import every_store, store_scope
from engagement.portal.models import PortalSession
from engagement.preferences.models import Suppression
from engagement.preferences.queries import suppressed
from orders.models import (
    Customer,
    InboundNotice,
    Order,
    OrderDocument,
    PrivacyRequest,
    WebhookEndpoint,
)
from tests.factories.journey import Journey, text_of

pytestmark = pytest.mark.django_db(transaction=True)  # files go once it is committed
EMAIL = "canary-mail@mail.example"
ADDRESS = {
    "first_name": "Canaryfirst",
    "last_name": "Canarylast",
    "company": "Canarycompany",
    "address1": "Canarystreet 1",
    "address2": "Canaryfloor",
    "city": "Canarytown",
    "zip": "777 42",
    "province_code": "Canaryregion"[:12],
    "country_code": "CZ",
    "phone": "+420777424242",
}
CANARIES = (
    *("canary", "777 42", "777424242", "CANPARCEL"),  # every text of theirs begins with the first
)


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def buys(journey: Journey, **more: Any) -> int:
    return journey.buys(
        email=EMAIL,
        phone="+420777424242",
        note="Canarynote: ring at the canary door",
        browser_ip="198.51.100.7",
        order_status_url="https://shop.example/canary-status",
        customer={
            "id": 4242,
            "email": EMAIL,
            "first_name": "Canaryfirst",
            "last_name": "Canarylast",
        },
        shipping_address=ADDRESS,
        billing_address={**ADDRESS, "company": "Canarybilling"},
        **more,
    )


def found(path: Path) -> list[str]:
    """Where a canary still sings: tables and files."""
    places = []
    with every_store():
        for model in apps.get_models(include_auto_created=True):
            for row in model._base_manager.values():
                text = " ".join(
                    bytes(value).decode("utf-8", "replace")
                    if isinstance(value, bytes | memoryview)
                    else str(value)
                    for value in row.values()
                )
                places += [
                    f"{model._meta.label}: {text[:400]}"
                    for canary in CANARIES
                    if canary.lower() in text.lower()
                ]
    for file in path.rglob("*"):
        if file.is_file():
            places.append(f"file {file}")
    return places


def logged_in(journey: Journey) -> Client:
    """A browser that has just proved whose mailbox it reads."""
    client = Client()
    client.post("/portal/lipa/", {"order_number": "1001", "email": EMAIL})
    journey_work(journey)
    path = link_in(journey, r"/portal/\S+/enter/\S+")
    assert client.post(path).status_code == 302
    return client


def journey_work(journey: Journey) -> None:
    journey.wait(seconds=30)


def link_in(journey: Journey, pattern: str) -> str:
    match = re.search(rf"https?://[^/\s]+({pattern})", text_of(journey.mails()[-1]))
    assert match, text_of(journey.mails()[-1])
    return match[1]


def paper(journey: Journey, order: int) -> None:
    with store_scope(journey.store.pk):
        OrderDocument.objects.create(
            store=journey.store,
            order=journey.order(order),
            kind="invoice",
            title="Canary invoice",
            file=ContentFile(b"%PDF canary", name="canary.pdf"),
            created_at=journey.now,
        )


def test_a_copy_holds_everything_and_comes_by_mail(journey, private_files):
    order = buys(journey)
    parcel = journey.ships(order)
    journey.carrier_says(order, parcel, "in_transit")
    paper(journey, order)
    client = logged_in(journey)
    assert "Get a copy" in client.get("/portal/lipa/privacy/").text
    assert client.post("/portal/lipa/privacy/copy/").status_code == 302
    assert client.post("/portal/lipa/privacy/copy/").status_code == 302  # two tabs
    assert "being made" in client.get("/portal/lipa/privacy/").text
    journey.wait(minutes=1)
    assert journey.sent().count("export_ready") == 1
    link = link_in(journey, r"/portal/\S+/privacy/copy/\S+")
    stranger = Client()
    looked = stranger.get(link)
    assert looked["Content-Type"].startswith(
        "text/html"
    )  # a scanner that looks carries nothing off
    answer = stranger.post(link)
    assert answer["Content-Disposition"].startswith("attachment")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    data = json.loads(archive.read("data.json"))["data"]
    assert data["orders.customer"][0]["email"] == EMAIL
    assert data["orders.orders"][0]["shipping_address"]["street"] == "Canarystreet 1"
    assert data["mails.mails"]
    assert data["preferences.consents"]
    assert "Canarystreet 1" in archive.read("orders-orders.csv").decode("utf-8-sig")
    assert any(archive.read(n) == b"%PDF canary" for n in archive.namelist() if "files/" in n)
    journey.wait(days=8)
    assert Client().get(link).status_code == 410
    assert Client().post(link).status_code == 410
    assert not list(private_files.rglob("*.zip"))


def test_after_the_grace_nothing_names_them_any_more(journey, private_files, capfd):
    order = buys(journey)
    parcel = journey.ships(order)
    journey.carrier_says(order, parcel, "in_transit")
    paper(journey, order)
    client = logged_in(journey)
    page = client.get("/portal/lipa/privacy/erase/").text
    assert "What goes" in page
    assert client.post("/portal/lipa/privacy/erase/").status_code == 422  # not without the tick
    assert client.post("/portal/lipa/privacy/erase/", {"sure": "1"}).status_code == 302
    journey.wait(minutes=1)
    assert "You asked Lipa to erase your data" in journey.mails()[-1]["Subject"]
    capfd.readouterr()
    journey.wait(days=6, hours=20)
    assert EMAIL in str(found(private_files))
    journey.wait(hours=5)
    assert "Your data at Lipa has been erased" in journey.mails()[-1]["Subject"]
    assert client.get("/portal/lipa/orders/").status_code == 302  # out at once
    journey.wait(days=2)
    assert found(private_files) == []
    said = capfd.readouterr()
    assert not [canary for canary in CANARIES if canary.lower() in (said.out + said.err).lower()]
    with store_scope(journey.store.pk):
        kept = journey.order(order)
        assert (kept.total_minor, kept.shipping_address) == (49900, {"country": "CZ"})
        assert suppressed(emails=[EMAIL]) == {EMAIL: Suppression.Reach.MARKETING}
        assert not InboundNotice.objects.exclude(body=b"").exists()


def test_late_news_bring_nobody_back(journey, private_files):
    order = buys(journey)
    call_command("erase_customer", store="lipa", email=EMAIL, yes=True, silent=True)
    journey.wait(days=1)
    assert found(private_files) == []
    journey.changes(order, financial_status="refunded", note="Canarynote again")
    journey.told(
        "customers/update",
        {
            "id": 4242,
            "email": EMAIL,
            "first_name": "Canaryfirst",
            "updated_at": journey.now.isoformat(),
        },
    )
    with store_scope(journey.store.pk):
        assert journey.order(order).payment_status == "refunded"
        assert Customer.objects.filter(erased_at=None).count() == 0
        InboundNotice.objects.update(body=b"")  # kept for thirty days, as any
    assert found(private_files) == []


def test_who_buys_again_is_a_new_customer(journey):
    buys(journey)
    call_command("erase_customer", store="lipa", email=EMAIL, yes=True, silent=True)
    again = buys(journey)
    with store_scope(journey.store.pk):
        new = journey.order(again).customer
        assert new.email == EMAIL
        assert new.erased_at is None
        assert Customer.objects.count() == 2


def test_they_think_better_of_it_by_the_link_in_the_mail(journey):
    buys(journey)
    client = logged_in(journey)
    client.post("/portal/lipa/privacy/erase/", {"sure": "1"})
    journey.wait(minutes=1)
    link = link_in(journey, r"/portal/\S+/privacy/keep/\S+")
    assert "Keep your data?" in Client().get(link).text
    assert "Keep my data" in client.get("/portal/lipa/privacy/").text  # looking changed nothing
    assert "Nothing is erased" in Client().post(link).text
    journey.wait(days=9)
    with store_scope(journey.store.pk):
        assert Customer.objects.get().email == EMAIL
        assert PrivacyRequest.objects.get().called_off_at is not None


def test_it_needs_a_fresh_login(journey):
    buys(journey)
    client = logged_in(journey)
    with every_store():
        for session in PortalSession.objects.all():
            session.fresh_at -= timedelta(minutes=11)
            session.save()
    for path in ("copy", "erase"):
        for answer in (
            client.get(f"/portal/lipa/privacy/{path}/"),
            client.post(f"/portal/lipa/privacy/{path}/", {"sure": "1"}),
        ):
            assert answer.status_code == 403
            assert f'value="/portal/lipa/privacy/{path}/"' in answer.text
    with store_scope(journey.store.pk):
        assert not PrivacyRequest.objects.exists()


def serves_shop(journey: Journey) -> None:
    with store_scope(journey.store.pk):
        WebhookEndpoint.objects.update(shop="lipa.myshopify.com")


def test_shopify_redacts_by_itself_and_writes_no_mail(journey, private_files):
    order = buys(journey)
    serves_shop(journey)
    sent = len(journey.sent())
    journey.told(
        "customers/redact",
        {
            "shop_id": 954889,
            "shop_domain": "lipa.myshopify.com",
            "customer": {"id": 4242, "email": EMAIL, "phone": "+420777424242"},
            "orders_to_redact": [order],
        },
    )
    journey.wait(days=1)
    assert found(private_files) == []
    assert len(journey.sent()) == sent
    with store_scope(journey.store.pk):
        assert PrivacyRequest.objects.get().done_at is not None


def test_a_shop_that_went_takes_its_own_people_and_leaves_the_others(journey):
    buys(journey)
    serves_shop(journey)
    with store_scope(journey.store.pk):
        other = Customer.objects.create(
            store=journey.store, email="pos@mail.example", created_at=journey.now
        )
        Order.objects.create(
            store=journey.store,
            source="generic",
            external_id="x",
            customer=other,
            placed_at=journey.now,
            created_at=journey.now,
            currency="CZK",
        )
    journey.told("shop/redact", {"shop_id": 954889, "shop_domain": "lipa.myshopify.com"})
    journey.wait(minutes=5)
    with store_scope(journey.store.pk):
        assert list(Customer.objects.filter(erased_at=None).values_list("email", flat=True)) == [
            "pos@mail.example"
        ]
