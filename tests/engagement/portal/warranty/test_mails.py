"""Mails of guarantees and claims: to the customer, to who mends it, and to the shop's own people."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.test import Client

from core.clock import now as store_now
from core.events import spine
from core.stores.models import Store
from core.stores.scope import every_store, store_scope
from engagement.messages.models import Message, Reason
from orders.models import Claim, Guarantee, WarrantyParty, WarrantyTerms
from orders.operations.answer_claim import move_claim, refuse_claim, settle_claim
from orders.operations.watch_claims import near_ends, watch_claims
from tests.conftest import NOON

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mails(mailbox):
    """What has left so far, as (to, subject, text)."""

    def look() -> list[tuple[str, str, str]]:
        found = []
        for row in mailbox():
            mime = message_from_bytes(bytes(row.mime), policy=default)
            text = mime.get_body(("plain",)).get_content()
            found.append((row.recipient, str(mime["Subject"]), text))
        return found

    return look


def claimed(bought) -> Claim:
    assert Client().post(bought.page, {"what": "It leaks"}).status_code == 302
    with store_scope(bought.row.store_id):
        return Claim.objects.get()


def test_a_claim_is_confirmed_and_handed_on_without_naming_anybody(routed, mails):
    claimed(routed)
    by_address = {to: (subject, text) for to, subject, text in mails()}
    assert by_address.keys() == {"jana@mail.example", "fix@mend.example"}
    subject, text = by_address["jana@mail.example"]
    assert "Rose soap" in subject
    assert routed.page in text
    _subject, text = by_address["fix@mend.example"]
    assert "It leaks" in text
    assert "/party/" in text
    assert [word for word in ("Jana", "Dlouhá", "1001", "/warranty/") if word in text] == []


def test_the_party_is_written_to_in_its_own_language(routed, mails):
    with store_scope(routed.row.store_id):
        WarrantyParty.objects.update(language="fi")
    claimed(routed)
    assert any("Takuureklamaatio" in subject for _to, subject, _text in mails())


def test_a_refusal_is_told_with_its_reason_and_an_end_as_what_it_is(bought, mails):
    claim = claimed(bought)
    with store_scope(claim.store_id):
        refuse_claim(claim=claim, reason="Water got in.", by="x", now=NOON)
    assert "Water got in." in mails()[-1][2]
    claim = None
    Client().post(bought.page, {"what": "Again"})
    with store_scope(bought.row.store_id):
        claim = Claim.objects.get(closed_at__isnull=True)
        settle_claim(claim=claim, outcome="replaced", by="x", today=NOON.date(), now=NOON)
    assert "is replaced" in mails()[-1][2]


def test_who_lets_a_day_pass_is_told_of_to_the_shop(routed, shop, mails):
    with every_store():
        Store.objects.filter(pk=shop.pk).update(contact_email="care@lipa.example")
    claim = claimed(routed)
    with store_scope(shop.pk):
        Claim.objects.update(due_at=NOON - timedelta(minutes=1))
        assert watch_claims(store=shop, now=NOON) == 1
    to, subject, text = mails()[-1]
    assert (to, "Overdue" in subject) == ("care@lipa.example", True)
    assert "Fix & Co has not answered" in text
    assert claim.public_id.hex not in text


def test_a_mail_for_who_holds_it_no_more_does_not_leave(routed, mails):
    claim = claimed(routed)
    spine.drain()
    with store_scope(claim.store_id):
        move_claim(claim=claim, party=None, by="x", now=NOON)
    assert [to for to, _subject, _text in mails()] == ["jana@mail.example"]
    with store_scope(claim.store_id):
        ended = Message.objects.get(flow="claim_for_party")
    assert ended.reason == Reason.OVERTAKEN


def end_soon(bought, shop) -> None:
    until = store_now(shop).date() + timedelta(days=50)
    with store_scope(shop.pk):
        Guarantee.objects.update(starts_on=until - timedelta(days=700), until=until)
        for _ in range(2):
            near_ends(store=shop, now=store_now(shop))


def test_the_end_is_told_once_and_an_offer_waits_to_be_switched_on(bought, shop, mails):
    with store_scope(shop.pk):
        WarrantyTerms.objects.create(
            store=shop, months=24, offer_months=12, offer_url="https://lipa.example/longer"
        )
    end_soon(bought, shop)
    (told,) = mails()
    assert told[0] == "jana@mail.example"
    assert "22 April" in told[2]
    assert bought.page in told[2]
    with store_scope(shop.pk):
        assert not Message.objects.filter(flow="guarantee_offer").exists()


def test_a_guarantee_that_was_given_back_meanwhile_is_not_told_of(bought, shop, mails):
    end_soon(bought, shop)
    spine.drain()
    with store_scope(shop.pk):
        Guarantee.objects.update(ended_at=NOON)
    assert mails() == []
    with store_scope(shop.pk):
        assert Message.objects.get(flow="guarantee_ending").reason == Reason.OVERTAKEN
