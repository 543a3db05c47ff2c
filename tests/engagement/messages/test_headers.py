"""Whatever a product, a shop or a customer is called, the headers stay the headers."""

import contextlib
import email.policy
import os
from datetime import UTC, datetime
from email import message_from_bytes

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.ids import new_public_id
from core.stores.models import Store
from engagement.messages.delivery.compose import compose
from engagement.messages.delivery.headers import AddressUnsafe, clean_address, clean_text
from engagement.messages.models import Message
from engagement.messages.rendering.render import Rendered
from engagement.messages.rules import Go

NASTY = st.one_of(
    st.text(max_size=120),
    st.text(alphabet='\r\n\x00\x0b\x0c\x1c\x85\u2028\u2029 :,;"<>@ab=?\\é\ud800', max_size=60),
    st.builds("{}\r\nBcc: x@evil.example\r\n\r\n{}".format, st.text(max_size=20), st.text()),
)
FIXED = {
    "content-type", "mime-version", "subject", "from", "to", "reply-to", "date", "message-id",
    "auto-submitted", "feedback-id", "list-unsubscribe", "list-unsubscribe-post", "list-id",
}  # fmt: skip


def written(*, subject: str, shop: str, person: str):
    store = Store(pk=1, name="Lipa", slug="lipa", sender_name=shop, reply_to="care@lipa.example")
    store.sender_email = "hello@lipa.example"
    message = Message(
        pk=1, public_id=new_public_id(), flow="birthday", step="mail", message_class="marketing"
    )
    mail = compose(
        message=message,
        store=store,
        going=Go(to_email="jana@mail.example", to_name=person, language="cs", context={}),
        rendered=Rendered(subject=subject, preheader="", html="<p>x</p>", text="x"),
        unsubscribe_url="https://after.example/u/token/",
        now=datetime(2026, 3, 3, tzinfo=UTC),
    )
    raw = mail.message().as_bytes(linesep="\r\n")
    return message, message_from_bytes(raw, policy=email.policy.default), raw


@settings(max_examples=10_000 if os.environ.get("CI") else 1200, deadline=None)
@given(subject=NASTY, shop=NASTY, person=NASTY)
@example(subject="a\x0bb", shop="Lipa\r\nBcc: x@y.example", person='"; <x@y.example>')
@example(subject="x" * 3000, shop="=?utf-8?q?=0A?=", person="Jana\u2028Bcc: a@b.example")
def test_no_name_or_title_changes_the_headers(subject, shop, person):
    message, mail, raw = written(subject=subject, shop=shop, person=person)
    assert {name.lower() for name in mail} == FIXED
    assert all(len(mail.get_all(name)) == 1 for name in mail)
    assert [each.addr_spec for each in mail["To"].addresses] == ["jana@mail.example"]
    assert [each.addr_spec for each in mail["From"].addresses] == ["hello@lipa.example"]
    assert mail["Message-ID"].startswith(f"<{message.send_key}@")
    assert mail["List-Unsubscribe"] == "<https://after.example/u/token/>"
    head = raw.split(b"\r\n\r\n", 1)[0]
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert not set(head) & (set(range(9)) | set(range(11, 13)) | set(range(14, 32)) | {127})


@given(NASTY)
def test_cleaning_is_done_once_and_for_all(text):
    assert clean_text(clean_text(text)) == clean_text(text)


@pytest.mark.parametrize(
    "address",
    [
        "", "jana", "@x.example", "jana@", "a@b@c.example", "a b@c.example", "a@c.example\r\nBcc: x",
        "a@c.example,b@c.example", "<a@c.example>", "a\x00@c.example", "a\u2028@c.example",
        "jáňa@c.example", "a@" + "x" * 64 + ".example", "x" * 65 + "@c.example", "a@c..example",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_never_repaired(address):
    with pytest.raises(AddressUnsafe):
        clean_address(address)


@pytest.mark.parametrize("address", ["a@c.example", "jana.nova+x@obchod-žlutý.example"])
def test_an_address_that_is_one_is_left_as_it_is(address):
    assert clean_address(address) == address


@given(NASTY)
def test_any_address_is_either_safe_or_refused(address):
    with contextlib.suppress(AddressUnsafe):
        assert clean_address(address).isprintable()


def test_feedback_id_has_four_fields():
    _, mail, _ = written(subject="x", shop="Lipa", person="Jana")
    assert len(mail["Feedback-ID"].split(":")) == 4
