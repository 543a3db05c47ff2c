"""compile_mails, render_mails and send_test, as typed."""

import email
from email import policy

import pytest
from django.core.management import CommandError, call_command

from core.stores.scope import every_store
from engagement.messages.models import LocalMail, Message
from engagement.messages.rendering.samples import KEYS


def test_compile_mails_finds_everything_current(capsys):
    call_command("compile_mails", "--check")
    assert "All mails are current." in capsys.readouterr().out


def test_render_mails_writes_every_mail_and_a_sheet_with_the_stores_brand(tmp_path, store, capsys):
    store.postal_address = "Under the linden 5"
    store.contact_url = "https://lipa.example/write"
    store.save()
    call_command("render_mails", "--out", str(tmp_path), "--store", "lipa", "--no-pictures")
    for suffix in ("eml", "html", "txt"):
        assert len(list(tmp_path.glob(f"*.en.*.{suffix}"))) == len(KEYS) * 3
    sheet = (tmp_path / "index.html").read_text()
    assert all(f"{key}.en.full.html" in sheet for key in KEYS)
    told = (tmp_path / "birthday.en.full.txt").read_text()
    assert "Under the linden 5" in told
    assert "Write to us through the form: https://lipa.example/write" in told
    raw = (tmp_path / "birthday.en.full.eml").read_bytes()
    parsed = email.message_from_bytes(raw, policy=policy.default)
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_send_test_goes_through_the_stores_way_of_sending_and_leaves_no_message(store, settings):
    settings.EMAIL_BACKEND = "engagement.messages.localbox.backend.EmailBackend"
    call_command(
        "send_test",
        "--store",
        "lipa",
        "--template",
        "order_confirmation",
        "--to",
        "me@shop.example",
    )
    with every_store():
        mail = LocalMail.objects.get()
        assert not Message.objects.exists()
    assert mail.recipient == "me@shop.example"
    assert mail.subject == "[Test] We have your order 1042"
    assert mail.store_id == store.pk


@pytest.mark.parametrize(
    ("slug", "to", "words"),
    [
        ("nowhere", "me@shop.example", "There is no store"),
        ("lipa", "me@shop.example\nBcc: x@y.example", "Nothing was sent"),
    ],
)
def test_send_test_says_why_it_did_not(store, slug, to, words):
    with pytest.raises(CommandError, match=words):
        call_command("send_test", "--store", slug, "--template", "birthday", "--to", to)
    with every_store():
        assert not LocalMail.objects.exists()
