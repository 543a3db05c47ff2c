"""Mails signed by us: dkimpy, a stranger to our code, believes them, and nothing that was changed."""

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.parser import BytesHeaderParser

import dkim
import pytest
from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives import serialization
from django.core.mail import EmailMultiAlternatives, get_connection
from hypothesis import given, settings
from hypothesis import strategies as st

from core.clock import real_now
from engagement.messages.delivery.accounts import STAGED_SMTP, account_of, signer_of
from engagement.messages.delivery.dkim import (
    Signer,
    new_key,
    published_key,
    record_name,
    record_text,
)
from engagement.messages.delivery.mime import written
from engagement.messages.models import ProviderAccount
from engagement.messages.operations.dispatch import drain_outbox
from engagement.messages.operations.make_dkim_key import make_dkim_key
from tests.factories.messages import planned

SIGNER = Signer(domain="lipa.example", selector="ag20260303", pem=new_key())


def believed(mail: bytes, *, record: str | None = None) -> bool:
    told = record_text(SIGNER.pem) if record is None else record
    return dkim.verify(mail, dnsfunc=lambda *_, **__: told.encode())


def mail_of(subject="Hello", text="Words", person="Jana", html="<p>Words</p>", **headers):
    mail = EmailMultiAlternatives(
        subject,
        text,
        "Lipa <hello@lipa.example>",
        [f'"{person}" <jana@mail.example>'],
        headers={
            "Message-ID": "<1.0@after.example>",
            "List-Unsubscribe": "<https://after.example/u/token/>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            **headers,
        },
    )
    mail.attach_alternative(html, "text/html")
    return mail


TITLES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]))
BODIES = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=2000)


@settings(max_examples=60, deadline=None)
@given(subject=TITLES, text=BODIES, html=BODIES)
def test_whatever_a_mail_says_its_signature_is_believed(subject, text, html):
    clean = " ".join(subject.replace("=?", "= ?").split())
    raw = SIGNER.signed(written(mail_of(subject=clean, text=text, html=html)))
    assert believed(raw)
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert not message_from_bytes(raw, policy=policy.default).defects


def signed_fields(raw: bytes) -> list[str]:
    tags = BytesHeaderParser().parsebytes(raw)["DKIM-Signature"]
    fields = next(tag for tag in tags.split(";") if tag.strip().startswith("h="))
    return "".join(fields.split()).removeprefix("h=").split(":")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"Subject: Hello", b"Subject: Hallo"),
        (b"From: Lipa", b"From: Lupa"),
        (b"/u/token/", b"/u/taken/"),
        (b"=One-Click", b"=Two-Click"),
        (b"Words", b"Swords"),
        (b"<1.0@", b"<2.0@"),
        (b"Subject: Hello", b"Subject: Win!\r\nSubject: Hello"),
        (b"From: Lipa", b"From: Eve <eve@evil.example>\r\nFrom: Lipa"),
        (b"MIME-Version", b"List-Unsubscribe: <https://evil.example/>\r\nMIME-Version"),
        (b"MIME-Version", b"Reply-To: eve@evil.example\r\nMIME-Version"),
    ],
)
def test_a_changed_or_added_header_is_not_believed(before, after):
    raw = SIGNER.signed(written(mail_of()))
    assert believed(raw)
    assert raw.count(before) >= 1
    assert not believed(raw.replace(before, after))


def test_both_unsubscribe_headers_are_signed_and_cannot_be_doubled():
    fields = signed_fields(SIGNER.signed(written(mail_of())))
    for name in ("list-unsubscribe", "list-unsubscribe-post", "from", "subject"):
        assert fields.count(name) == 2, name


def test_another_key_and_a_withdrawn_one_are_not_believed():
    raw = SIGNER.signed(written(mail_of()))
    assert not believed(raw, record=record_text(new_key()))
    assert not believed(raw, record="v=DKIM1; k=rsa; p=")


@pytest.mark.parametrize(
    ("record", "key"),
    [
        ("v=DKIM1; k=rsa; p=AB CD", "ABCD"),
        ("p=ABCD", "ABCD"),
        ("v=DKIM1; p=", ""),
        ("v=spf1 -all", None),
        ("v=DKIM2; p=AB", None),
        ("", None),
    ],
)
def test_a_record_is_read_as_the_standard_says(record, key):
    assert published_key(record) == key


def test_a_key_has_2048_bits_and_its_record_fits_into_dns():
    key = serialization.load_pem_private_key(SIGNER.pem.encode(), password=None)
    assert key.key_size == 2048
    assert record_name(domain="lipa.example", selector="ag1") == "ag1._domainkey.lipa.example"
    assert published_key(record_text(SIGNER.pem))


class Keeps:
    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(envelope.content)
        return "250 2.0.0 fine"


@pytest.fixture
def relay(settings) -> Iterator[Keeps]:
    keeps = Keeps()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(keeps, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield keeps
    controller.stop()


def test_marketing_arrives_signed_by_the_accounts_own_key(in_store, relay):
    account = account_of(store=in_store)
    make_dkim_key(account=account, domain="lipa.example", now=real_now())
    account.refresh_from_db()
    assert "PRIVATE" not in account.dkim_key_sealed
    planned(store=in_store, marketing=True)
    planned(store=in_store)
    drain_outbox()
    assert len(relay.mails) == 2
    record = record_text(signer_of(account).pem)
    for raw in relay.mails:
        assert believed(raw, record=record)
        head = BytesHeaderParser().parsebytes(raw)["DKIM-Signature"]
        assert f"s={account.dkim_selector}" in head
        assert "d=lipa.example" in head


def test_without_a_key_nothing_is_signed(in_store, relay):
    planned(store=in_store)
    drain_outbox()
    assert b"DKIM-Signature" not in relay.mails[0]


def test_a_mail_with_papers_is_signed_too(relay):
    mail = mail_of(text="Čaj a med " * 300)
    mail.attach("účet.pdf", b"%PDF-1.4 \x00\xff" * 200, "application/pdf")
    get_connection(STAGED_SMTP, signer=SIGNER).send_messages([mail])
    assert believed(relay.mails[0])


def test_a_new_key_has_a_new_selector(in_store):
    account = account_of(store=in_store)
    seen = set()
    for _ in range(2):
        make_dkim_key(account=account, domain="lipa.example", now=real_now())
        account.refresh_from_db()
        seen.add(account.dkim_selector)
    assert len(seen) == 2
    assert ProviderAccount.objects.get().dkim_domain == "lipa.example"
