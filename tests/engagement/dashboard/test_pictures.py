"""Logo and the signer's picture, uploaded: written anew, kept, shown to whoever has the address."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from engagement.messages.models import MailDraft, MailVersion

SECRET = b"GPS 50.0755 N 14.4378 E"


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.SITE_URL = "https://care.example"


def photo(kind: str = "JPEG", **extra) -> bytes:
    drawn = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    Image.new("RGB", (64, 48), "#7a3e9d").save(drawn, kind, exif=exif, **extra)
    return drawn.getvalue()


def upload(owner, store, **files):
    page = reverse("admin:stores_store_change", args=[store.pk])
    form = owner.get(page).context["adminform"].form
    said = {
        name: field.prepare_value(form.get_initial_for_field(field, name))
        for name, field in form.fields.items()
    }
    said = {name: value for name, value in said.items() if value not in (None, "", False)}
    named = {name: SimpleUploadedFile("p.jpg", data, "image/jpeg") for name, data in files.items()}
    return owner.post(page, {**said, **owner.form, **named})


def test_a_logo_is_kept_without_what_the_camera_wrote(owner, store):
    data = photo() + b"<script>alert(1)</script>"
    assert SECRET in data
    answer = upload(owner, store, logo_file=data, thanks_picture_file=photo("PNG"))
    assert answer.status_code == 302, answer.context["errors"]
    store.refresh_from_db()
    assert store.logo_url != store.thanks_picture_url
    for address in (store.logo_url, store.thanks_picture_url):
        path = "/" + address.split("/", 3)[3]
        shown = Client().get(path)
        body = b"".join(shown.streaming_content)
        assert Image.open(io.BytesIO(body)).size == (64, 48)
        assert SECRET not in body
        assert b"script" not in body
        assert shown.headers["Content-Type"] == "image/jpeg"
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert "immutable" in shown.headers["Cache-Control"]
        assert Client().post(path).status_code == 405


@pytest.mark.parametrize("data", [b"GIF89a", b"<svg onload='alert(1)'/>", b"%PDF-1.7", b"x" * 99])
def test_what_is_no_picture_is_refused_and_nothing_changes(owner, store, data, tmp_path):
    before = store.logo_url
    answer = upload(owner, store, logo_file=data)
    assert answer.status_code == 200
    assert "no picture that we can read" in answer.content.decode()
    store.refresh_from_db()
    assert store.logo_url == before
    assert not (tmp_path / "files").exists()


@pytest.mark.parametrize("name", ["a" * 32, "A" * 32, "a", "0" * 33, "-" * 32])
def test_guessed_names_show_nothing(db, name):
    assert Client().get(f"/u/picture/{name}.jpg").status_code == 404


def test_the_mail_editor_takes_a_picture_and_shows_it(owner, store, in_store):
    page = reverse(
        "admin:engagement_messages_mailversion_editor", args=["order_confirmation", "look"]
    )

    def press(deed, data, **fields):
        file = SimpleUploadedFile("advent.jpg", data, "image/jpeg")
        said = {**owner.form, "deed": deed, "picture_file": file, **fields}
        return owner.post(page, said, follow=True)

    press("keep", photo())
    assert not MailDraft.objects.filter(content__has_key="picture_url").exists()
    told = press("preview", b"no picture", **{"look-button_url": "https://lipa.example/"})
    assert "no picture that we can read" in told.content.decode()
    kept = MailDraft.objects.get().content
    assert (kept["button_url"], "picture_url" in kept) == ("https://lipa.example/", False)
    assert press("publish", photo()).status_code == 200
    address = MailVersion.objects.get().content["picture_url"]
    assert Client().get("/" + address.split("/", 3)[3]).status_code == 200
    assert address in owner.get(page).content.decode()
