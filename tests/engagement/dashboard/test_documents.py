"""A merchant's own papers: uploaded from the order's page, kept privately, opened by that store's staff."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.stores.scope import store_scope
from engagement.dashboard.resources.documents import LARGEST
from orders.models import Order, OrderDocument
from tests.factories.orders import OrderFactory

PDF = b"%PDF-1.7\n<script>alert(1)</script>"
ADD = "admin:orders_orderdocument_add"


@pytest.fixture
def order(store, in_store) -> Order:
    return OrderFactory(store=store)


@pytest.fixture(autouse=True)
def private(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def upload(client: Client, order: Order, content: bytes = PDF, name: str = "invoice.pdf"):
    file = SimpleUploadedFile(name, content, content_type="text/html")
    form = {**client.form, "order": order.pk, "kind": "invoice", "title": "Invoice 1"}
    return client.post(reverse(ADD), {**form, "file": file})


def file_of(paper: OrderDocument) -> str:
    return reverse("admin:orders_orderdocument_file", args=[paper.pk])


def paper_of(order: Order) -> OrderDocument:
    with store_scope(order.store_id):
        return OrderDocument.objects.get(order=order)


def errors(answer) -> str:
    return " ".join(
        text for texts in answer.context["adminform"].form.errors.values() for text in texts
    )


def test_a_paper_is_uploaded_from_the_order_s_page_and_downloaded(owner, order, private) -> None:
    page = reverse("admin:orders_order_change", args=[order.pk])
    link = f"{reverse(ADD)}?order={order.pk}"
    assert link in owner.get(page).content.decode().replace("&amp;", "&")
    assert owner.get(link).context["adminform"].form.initial["order"] == str(order.pk)
    assert upload(owner, order).status_code == 302
    paper = paper_of(order)
    kept = Path(paper.file.path)
    assert kept.is_relative_to(private)
    assert kept.read_bytes() == PDF
    assert file_of(paper) in owner.get(page).content.decode()

    answer = owner.get(file_of(paper))
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith('attachment; filename="invoice')
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer["Cache-Control"]


def test_a_private_file_has_no_address_of_its_own(owner, order, client) -> None:
    upload(owner, order)
    paper = paper_of(order)
    with pytest.raises(ValueError, match="no URL"):
        default_storage.url(paper.file.name)
    for guess in (f"/{paper.file.name}", f"/files/{paper.file.name}", f"/media/{paper.file.name}"):
        assert client.get(guess).status_code == 404


def test_strangers_do_not_get_the_file(owner, order, log_in, other_store, client) -> None:
    upload(owner, order)
    address = file_of(paper_of(order))
    asked = client.get(address)
    assert (asked.status_code, asked.url.split("?")[0]) == (302, reverse("admin:login"))
    assert log_in(store=other_store).get(address).status_code in {302, 403, 404}
    assert log_in().get(address).status_code in {302, 403, 404}
    assert owner.get(address).status_code == 200


@pytest.mark.parametrize(("role", "may"), [("agent", True), ("marketer", False), ("viewer", False)])
def test_who_may_upload(log_in, store, order, role: str, may: bool) -> None:
    client = log_in(store=store, role=role)
    assert upload(client, order).status_code == (302 if may else 403)
    with store_scope(store.pk):
        assert OrderDocument.objects.exists() is may


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (PDF.ljust(LARGEST + 1), "large.pdf", "larger than 20 MB"),
        (b"<html>", "page.html", "Only PDF, PNG and JPEG"),
        (b"<html>", "page.pdf", "not what its name says"),
        (b"", "empty.pdf", "empty"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_plain_words(
    owner, order, private, content: bytes, name: str, words: str
) -> None:
    answer = upload(owner, order, content, name)
    assert answer.status_code == 200
    assert words in errors(answer)
    assert not [path for path in private.rglob("*") if path.is_file()]
    with store_scope(order.store_id):
        assert not OrderDocument.objects.exists()


def test_a_file_of_twenty_megabytes_is_kept(owner, order) -> None:
    assert upload(owner, order, PDF.ljust(20 * 1024 * 1024)).status_code == 302
    assert paper_of(order).file.size == 20 * 1024 * 1024


def test_a_wild_name_stays_inside(owner, order, private) -> None:
    assert upload(owner, order, PDF, "../../../etc/a<b> č.pdf").status_code == 302
    paper = paper_of(order)
    assert Path(paper.file.path).resolve().is_relative_to(private.resolve())
    answer = owner.get(file_of(paper))
    assert answer["Content-Disposition"].startswith("attachment")
