"""The slip behind its links, and photos that are pictures and nothing else."""

import io
from datetime import timedelta

import pypdfium2
import pytest
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from core.stores.scope import store_scope
from orders.links import order_token, return_url
from tests.conftest import NOON

pytestmark = pytest.mark.django_db(transaction=True)


def photo(name="photo.jpg", data=None) -> SimpleUploadedFile:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0110] = "SECRETCAMERA"
    Image.new("RGB", (30, 20), "red").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, data if data is not None else out.getvalue() + b"<script>")


def test_the_slip_carries_the_return_and_both_addresses(inside, walk, returns):
    answer = inside.get(f"{walk(way='label').url}slip.pdf")
    (asked,) = returns()
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    paper = pypdfium2.PdfDocument(answer.content)
    text = paper[0].get_textpage().get_text_range()
    codes = {code.text for code in zxingcpp.read_barcodes(paper[0].render(scale=2.5).to_pil())}
    paper.close()
    assert codes >= {asked.reference}
    for words in ("Lipa s.r.o.", "Jana Nováková", "Rose soap", "Too big", "#1001"):
        assert words in text


def test_the_link_of_the_mail_shows_the_return_and_its_slip_to_look_at(
    shop, walk, returns, settings
):
    walk(way="label")
    (asked,) = returns()
    with store_scope(shop.pk):
        order = asked.order
        path = return_url(store=shop, order=order, public_id=asked.public_id)
        gift = order_token(order=order, audience="recipient")
    path = path.removeprefix(settings.SITE_URL)
    stranger = Client()
    page = stranger.get(path).text
    assert asked.reference in page
    assert "Call the return off" not in page
    assert stranger.get(f"{path}slip.pdf")["Content-Type"] == "application/pdf"
    with store_scope(shop.pk):  # a mail of long ago shows no address to whoever reads it by now
        type(order).objects.update(placed_at=NOON - timedelta(days=70))
    assert stranger.get(f"{path}slip.pdf").status_code == 404
    assert (
        stranger.get(f"/portal/{shop.slug}/o/{gift}/returns/{asked.public_id}/").status_code == 404
    )


def test_photos_are_kept_as_pictures_and_nothing_else(shop, walk, returns):
    assert walk(reason="damaged", photos=[photo(), photo("x.html")]).status_code == 303
    (asked,) = returns()
    with store_scope(shop.pk):
        kept = [row.file.read() for row in asked.photos.all()]
        names = [row.file.name for row in asked.photos.all()]
    assert len(kept) == 2
    assert all(name.endswith(".jpg") for name in names)
    for data in kept:
        assert Image.open(io.BytesIO(data)).format == "JPEG"
        assert b"SECRETCAMERA" not in data
        assert b"<script" not in data


@pytest.mark.parametrize(
    ("photos", "says"),
    [
        ([], "Add a photo, please"),
        ([b"<svg onload=alert(1)>"], "no picture that we can read"),
        ([b"%PDF-1.4"], "no picture that we can read"),
        ([None] * 6, "Up to five pictures"),
    ],
)
def test_what_is_no_photo_is_refused_and_nothing_is_lost(walk, returns, photos, says):
    files = [photo(data=data) for data in photos]
    answer = walk(reason="damaged", note="It leaks", **({"photos": files} if files else {}))
    assert (answer.status_code, says in answer.text) == (422, True)
    assert "It leaks" in answer.text
    assert returns() == []


@pytest.mark.parametrize("language", ["en", "cs", "sk", "sl", "fi"])
def test_every_page_speaks_the_language(shop, inside, walk, bought, returns, language):
    shop.languages = ["en", "cs", "sk", "sl", "fi"]
    shop.save()
    state = walk().url
    order = bought.path.removesuffix("return/")
    for path in (state, bought.path, f"{order}withdraw/"):
        page = inside.get(f"{path}?lang={language}").text
        assert f'<html lang="{language}"' in page
        if language != "en":
            for english in (
                "Return",
                "You can",
                "What ",
                "Continue",
                "Last day",
                "Your name",
                "Step",
            ):
                assert f">{english}" not in page, (path, english)
