"""A mail read in a browser: the same mail, for its reader only, for three months, and nothing changes."""

import re
import uuid
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.links import seal, unseal
from core.stores.scope import every_store, store_scope
from engagement.messages.models import LocalMail, Message
from engagement.messages.view_links import PURPOSE, browser_url, read_browser_token
from orders.models import Customer


@pytest.fixture
def sent(journey):
    """An order confirmation in the local mailbox, and the link to it in its foot."""
    journey.buys(email="jana@mail.example")
    with every_store():
        message = Message.objects.get(flow="order_confirmation")
    return message


def link_in(message) -> str:
    with every_store():
        mime = bytes(LocalMail.objects.get(message=message).mime).decode()
    text = mime.replace("=\n", "").replace("=\r\n", "")
    return re.search(r"http://127\.0\.0\.1:8000(/u/mail/[\w-]+/)", text)[1]


def footprint() -> list[tuple]:
    with every_store():
        return [*Message.objects.values_list(), *Customer.objects.values_list()]


def test_the_link_in_a_mail_shows_the_same_mail_and_changes_nothing(client, sent):
    before = footprint()
    answer = client.get(link_in(sent))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert sent.order.number in page
    assert "/u/" in page  # the way out is there, too
    assert client.head(link_in(sent)).status_code == 200
    assert footprint() == before


def test_it_shows_what_is_true_now(client, sent):
    with store_scope(sent.store_id):
        sent.store.phone = "+420 777 000 111"
        sent.store.save()
    assert "+420 777 000 111" in client.get(link_in(sent)).content.decode()


def test_it_is_kept_by_nobody_and_runs_nothing(client, sent):
    answer = client.get(link_in(sent))
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex"
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("sandbox ")
    assert "script" not in policy
    assert not answer.cookies


def test_after_three_months_a_kind_page_says_so(client, sent):
    address = link_in(sent)
    for days, status in ((89, 200), (91, 410)):
        handed_at = sent.handed_at - timedelta(days=days)
        Message._base_manager.filter(pk=sent.pk).update(handed_at=handed_at)
        answer = client.get(address)
        assert answer.status_code == status
        assert ("three months" in answer.content.decode()) == (status == 410)


def test_nobody_reads_the_mail_of_who_was_forgotten(client, sent):
    with every_store():
        Customer.objects.filter(pk=sent.customer_id).update(erased_at=sent.handed_at)
    answer = client.get(link_in(sent))
    assert answer.status_code == 410
    assert sent.order.number not in answer.content.decode()


def test_a_planned_mail_cannot_be_read_before_it_was_sent(client, sent):
    Message._base_manager.filter(pk=sent.pk).update(handed_at=None)
    assert client.get(link_in(sent)).status_code == 410


@pytest.mark.parametrize("position", [0, 1, 20, 40, -1])
def test_a_changed_letter_is_told_in_words_and_shows_nothing(client, sent, position):
    token = link_in(sent).split("/")[3]
    letters = list(token)
    letters[position] = "A" if letters[position] != "A" else "B"
    answer = client.get(f"/u/mail/{''.join(letters)}/")
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "The link is not complete" in page
    assert sent.order.number not in page


def test_every_wrong_link_is_answered_alike(client, sent):
    unknown = seal(purpose=PURPOSE, plain=sent.store_id.to_bytes(8, "big") + uuid.uuid4().bytes)
    no_store = seal(purpose=PURPOSE, plain=(2**60).to_bytes(8, "big") + uuid.uuid4().bytes)
    other = seal(purpose="something else", plain=sent.store_id.to_bytes(8, "big") + bytes(16))
    answers = [client.get(f"/u/mail/{token}/") for token in (unknown, no_store, other, "x", "é")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_a_mail_that_hands_over_a_key_has_no_such_link(client, store):
    message = Message(store_id=store.pk, public_id=uuid.uuid4(), template="login_link")
    assert browser_url(message) == ""


@given(st.text(max_size=120))
def test_any_text_is_read_without_a_crash(text):
    assert read_browser_token(text) is None


@given(st.binary(min_size=1, max_size=200), st.text(max_size=20), st.text(max_size=20))
def test_a_seal_opens_for_its_purpose_only(plain, purpose, other):
    token = seal(purpose=purpose, plain=plain)
    assert unseal(purpose=purpose, token=token) == plain
    if other != purpose:
        assert unseal(purpose=other, token=token) is None
    assert plain not in token.encode() or len(plain) < 4
