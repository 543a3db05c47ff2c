"""C5: a recall of a batch reaches whoever has it or may have it, whatever mail they chose to get."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from core.stores.scope import store_scope
from engagement.flows.models import Campaign
from engagement.flows.operations.run_campaign import work_campaigns
from engagement.preferences.operations.unsubscribe import unsubscribe
from engagement.travel import work
from orders.models import Customer, OrderLine, Product
from orders.operations.issue_api_token import issue_api_token
from tests.factories.journey import text_of
from tests.factories.stores import MembershipFactory


def buys(journey, number: int, **line) -> None:
    """The shop tells an order of one soap through the API."""
    with store_scope(journey.store.pk):
        _, token = issue_api_token(
            store=journey.store, name="ERP", scopes=["events:write"], now=journey.now
        )
    data = {
        "id": f"o-{number}",
        "currency": "CZK",
        "total": "10.00",
        "placed_at": (journey.now - timedelta(days=20)).isoformat(),
        "email": f"buyer-{number}@mail.example",
        "lines": [
            {
                "id": "1",
                "product_id": "7",
                "title": "Soap",
                "quantity": 1,
                "unit_price": "10",
                **line,
            }
        ],
    }
    answer = Client().post(
        "/api/v1/events",
        json.dumps({"items": [{"type": "order", "data": data}]}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.json()["accepted"] == 1, answer.content
    work(store=journey.store)


@pytest.fixture
def sold(journey, tmp_path):
    for number, batch in enumerate(("L-1", "l-2", "L-3", ""), 1):
        buys(journey, number, **({"batch": batch} if batch else {}))
    profile = tmp_path / "till.toml"
    profile.write_text(
        'kind = "orders"\nsource = "generic"\nzone = "Europe/Prague"\ncurrency = "CZK"\n'
        '[columns]\norder = "No"\nplaced_at = "On"\nemail = "Mail"\nsku = "Code"\n'
        'product = "Id"\ntitle = "What"\nquantity = "N"\nunit_price = "Each"\nbatch = "Lot"\n',
        encoding="utf-8",
    )
    file = tmp_path / "till.csv"
    day = f"{journey.now - timedelta(days=30):%Y-%m-%d}"
    file.write_text(
        "No,On,Mail,Code,Id,What,N,Each,Lot\n"
        f"51,{day},buyer-5@mail.example,S,7,Soap,1,10, L-2 \n"
        f"61,{day},buyer-6@mail.example,S,7,Soap,1,10,L-9\n",
        encoding="utf-8",
    )
    options = {"store": "lipa", "format": "csv", "rejects": tmp_path / "r.csv"}
    call_command("import_orders", file, profile=str(profile), **options)
    with store_scope(journey.store.pk):
        assert sorted(OrderLine.objects.values_list("batch", flat=True)) == sorted(
            ["", "L-1", "L-2", "L-3", "L-9", "l-2"]
        )
        for number in (1, 2):
            person = Customer.objects.get(email=f"buyer-{number}@mail.example")
            unsubscribe(customer_id=person.pk, source="page", now=journey.now)
        return Product.objects.get(external_id="7")


def recall(journey, product, **fields) -> Campaign:
    """A merchant writes it and sets it going."""
    client = Client()
    client.force_login(MembershipFactory(store=journey.store).user)
    form = {"_store": journey.store.public_id.hex}
    made = {"kind": "safety_notice", "name": "Recall", "product": product.pk}
    assert client.post(reverse("admin:flows_campaign_add"), {**form, **made}).status_code == 302
    with store_scope(journey.store.pk):
        row = Campaign.objects.get()
    page = reverse("admin:flows_campaign_change", args=[row.pk])
    said = {"name": "Recall", "product": product.pk, "notice_kind": "recall", **fields}
    answer = client.post(page, {**form, **said, "todo_en": "Stop using it."})
    assert answer.status_code == 302, answer.context["errors"]
    assert ", ".join(fields.get("batches", "").split(",")) in client.get(page).content.decode()
    going = reverse("admin:flows_campaign_set_going", args=[row.pk])
    client.post(going, {**form, "confirmed": "yes"})
    work_campaigns(seconds=5)
    work(store=journey.store)
    journey.wait(hours=1)
    return row


def reached(journey) -> set[str]:
    notices = journey.messages(template="safety_notice")
    assert {(one.message_class, one.status) for one in notices} == {("transactional", "sent")}
    return {one.sent_to.split("@")[0].removeprefix("buyer-") for one in notices}


def test_it_goes_to_the_batches_and_to_whom_nobody_can_rule_out(journey, sold):
    recall(journey, sold, batches="L-2,L-1")
    assert reached(journey) == {"1", "2", "4", "5"}
    ours = {one.public_id.hex for one in journey.messages(template="safety_notice")}
    told = [text_of(mail) for mail in journey.mails() if any(i in mail["Message-ID"] for i in ours)]
    assert len(told) == 4
    assert all("L-2, L-1" in text for text in told)


def test_without_batches_it_goes_to_every_buyer(journey, sold):
    recall(journey, sold)
    assert reached(journey) == {"1", "2", "3", "4", "5", "6"}
