"""A problem is reported from the order's page, kept with lines and photos, confirmed, and shown."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from core.events.models import EventRow
from core.stores.scope import store_scope
from support.models import Problem
from tests.engagement.dashboard.conftest import log_in  # noqa: F401 (a fixture)
from tests.factories.orders import CustomerFactory, OrderFactory, OrderLineFactory

pytestmark = pytest.mark.django_db(transaction=True)
ONCE = "0123456789abcdef" * 2


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def path(shop, jana) -> str:
    return f"/portal/{shop.slug}/orders/{jana.order.public_id}/problem/"


def photo(name: str = "broken.png") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def said(jana, **more):
    return {
        "kind": "damaged",
        "lines": [str(jana.line.pk)],
        "text": "It broke",
        "once": ONCE,
        **more,
    }


def test_it_is_kept_confirmed_and_shown_to_the_shop(shop, jana, inside, path, mailbox, log_in):  # noqa: F811
    order_page = inside.get(path.removesuffix("problem/")).text
    assert path in order_page
    answer = inside.post(path, said(jana, photos=[photo()]))
    assert answer.status_code == 302
    assert "We have your message" in inside.get(answer.url).text
    assert inside.post(path, said(jana)).status_code == 302  # the same form, sent twice
    with store_scope(shop.pk):
        problem = Problem.objects.get()
        event = EventRow.objects.get(name="problem.reported")
        (kept,) = problem.photos.all()
    assert event.payload["line_ids"] == [jana.line.pk]
    assert "broke" not in str(event.payload)
    assert kept.file.read(3) == b"\xff\xd8\xff"  # written anew as JPEG
    assert [mail.subject for mail in mailbox()][-1] == "We have your message about order #1001"
    owner = log_in(store=shop)
    page = owner.get(reverse("admin:support_problem_change", args=[problem.pk])).content.decode()
    assert "It broke" in page
    assert "Rose soap" in page
    shown = owner.get(reverse("admin:support_problem_photo", args=[problem.pk, kept.pk]))
    assert shown["Content-Type"] == "image/jpeg"
    button = reverse("admin:support_problem_settled", args=[problem.pk])
    owner.post(button, {**owner.form, "confirmed": "1"})
    with store_scope(shop.pk):
        assert Problem.objects.get().settled_by


def test_what_is_no_photo_is_not_taken(shop, jana, inside, path):
    svg = SimpleUploadedFile("x.jpg", b"<svg onload=alert(1)>", "image/jpeg")
    answer = inside.post(path, said(jana, photos=[svg]))
    assert answer.status_code == 422
    assert "is no photo" in answer.text
    assert inside.post(path, said(jana, photos=[photo() for _ in range(5)])).status_code == 422
    assert inside.post(path, said(jana, kind="")).status_code == 422
    with store_scope(shop.pk):
        assert not Problem.objects.exists()


def test_lines_of_another_order_are_not_theirs_to_name(shop, jana, inside, path):
    with store_scope(shop.pk):
        other = OrderFactory(store=shop, customer=CustomerFactory(store=shop))
        line = OrderLineFactory(store=shop, order=other)
    assert inside.post(path, said(jana, lines=[str(line.pk)])).status_code == 422


def test_a_flood_is_held_back(shop, jana, inside, path, clock):
    for number in range(10):
        assert inside.post(path, said(jana, once=f"{number:032x}")).status_code == 302
    answer = inside.post(path, said(jana, once="f" * 32))
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    with store_scope(shop.pk):
        assert Problem.objects.count() == 10


def test_a_link_from_a_mail_alone_is_not_enough(shop, client, path):
    assert client.get(path).url == f"/portal/{shop.slug}/"
