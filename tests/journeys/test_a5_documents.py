"""A5: papers are handed over when they are ready, those of one hour in one mail."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from core.stores.scope import store_scope
from engagement.travel import work
from orders.models import OrderDocument
from orders.operations.issue_api_token import issue_api_token
from orders.operations.revoke_order_links import revoke_order_links
from tests.factories.journey import Journey, text_of
from tests.factories.stores import MembershipFactory

PDF = b"%PDF-1.7 an invoice"
ORDER = {
    "id": "o-1",
    "currency": "CZK",
    "total": "10.00",
    "email": "jana@mail.example",
    "lines": [{"id": "1", "title": "Soap", "quantity": 1, "unit_price": "10.00"}],
}


def tell(journey: Journey, kind: str, data: dict) -> None:
    """The shop's ERP tells us through the API."""
    with store_scope(journey.store.pk):
        _, token = issue_api_token(
            store=journey.store, name="ERP", scopes=["events:write"], now=journey.now
        )
    answer = Client().post(
        "/api/v1/events",
        json.dumps({"items": [{"type": kind, "data": data}]}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code in {200, 202, 207}, answer.content
    work(store=journey.store)


@pytest.fixture
def bought(journey: Journey, settings, tmp_path) -> str:
    settings.MEDIA_ROOT = tmp_path / "files"
    tell(journey, "order", {**ORDER, "placed_at": journey.now.isoformat()})
    assert journey.sent() == ["order_confirmation"]
    return ORDER["id"]


def laid_by_api(journey: Journey, order: str, name: str) -> None:
    address = f"https://lipa.example/{name}.pdf"
    said = {"order_id": order, "id": name, "kind": "invoice", "title": name, "url": address}
    tell(journey, "document", said)


def uploaded(journey: Journey, order: str, title: str) -> None:
    """Somebody of the shop uploads a file in the dashboard."""
    client = Client()
    client.force_login(MembershipFactory(store=journey.store).user)
    form = {
        "_store": journey.store.public_id.hex,
        "order": journey.order(order).pk,
        "kind": "warranty",
        "title": title,
        "file": SimpleUploadedFile("terms.pdf", PDF),
    }
    answer = client.post(reverse("admin:orders_orderdocument_add"), form)
    assert answer.status_code == 302, answer.content
    work(store=journey.store)


def papers(journey: Journey) -> list[str]:
    """The mails about papers, as text, in the order in which they left."""
    ours = [m.public_id.hex for m in journey.messages(template="documents_ready")]
    return [
        text_of(mail)
        for mail in journey.mails()
        if any(name in mail["Message-ID"] for name in ours)
    ]


def test_papers_of_one_hour_go_in_one_mail_whatever_way_they_came(journey, bought, client):
    laid_by_api(journey, bought, "invoice-1")
    journey.wait(minutes=30)
    uploaded(journey, bought, "Warranty terms")
    assert not papers(journey)
    journey.wait(minutes=31)
    (mail,) = papers(journey)
    assert "https://lipa.example/invoice-1.pdf" in mail
    assert "Warranty terms" in mail
    link = next(word for word in mail.split() if "/p/" in word)
    file = client.get("/" + link.split("/", 3)[3])
    assert b"".join(file.streaming_content) == PDF
    assert file.headers["Content-Disposition"].startswith("attachment")
    laid_by_api(journey, bought, "invoice-2")
    laid_by_api(journey, bought, "invoice-2")
    journey.wait(hours=2)
    assert len(papers(journey)) == 2
    assert "invoice-1" not in papers(journey)[1]


def test_a_paper_taken_back_in_time_is_not_told(journey, bought):
    laid_by_api(journey, bought, "invoice-1")
    with store_scope(journey.store.pk):
        OrderDocument.objects.all().delete()
    journey.wait(hours=2)
    assert not papers(journey)
    assert ("documents_ready", "overtaken") in journey.skipped()


def test_nobody_gets_a_paper_by_a_link_that_is_not_theirs(journey, bought, client, settings):
    uploaded(journey, bought, "Terms")
    journey.wait(hours=2)
    link = next(word for word in papers(journey)[0].split() if "/p/" in word)
    path = "/" + link.split("/", 3)[3]
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 405
    for forged in ("/p/x/", "/p/" + "A" * 54 + "/", path[:-5] + "AAAA/", path.upper()):
        assert client.get(forged).status_code == 404, forged
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "x" * 50, [settings.SECRET_KEY]
    assert client.get(path).status_code == 200
    with store_scope(journey.store.pk):
        OrderDocument.objects.all().delete()
    assert client.get(path).status_code == 404


def test_renewing_the_links_of_an_order_takes_those_to_its_papers_along(journey, bought, client):
    uploaded(journey, bought, "Terms")
    journey.wait(hours=2)
    link = next(word for word in papers(journey)[0].split() if "/p/" in word)
    path = "/" + link.split("/", 3)[3]
    assert client.get(path).status_code == 200
    with store_scope(journey.store.pk):
        revoke_order_links(order=journey.order(bought))
    assert client.get(path).status_code == 404


def test_an_imported_paper_of_history_sends_nothing(journey, tmp_path):
    body = {
        **ORDER,
        "placed_at": (journey.now - timedelta(days=400)).isoformat(),
        "documents": [{"kind": "invoice", "title": "I", "url": "https://lipa.example/i.pdf"}],
    }
    path = tmp_path / "orders.jsonl"
    path.write_text(json.dumps({"type": "order", "data": body}), encoding="utf-8")
    call_command("import_orders", path, store="lipa", format="jsonl", rejects=tmp_path / "r.csv")
    journey.wait(days=1)
    assert not journey.messages(template="documents_ready")
    with store_scope(journey.store.pk):
        assert OrderDocument.objects.count() == 1
