"""The outside party's page: what it needs to mend, nothing of the person, and its answer."""

import pytest
from django.test import Client

from core.stores.scope import store_scope
from orders.models import Claim, WarrantyParty
from orders.operations.answer_claim import move_claim
from orders.warranty.links import party_token
from tests.conftest import NOON

pytestmark = pytest.mark.django_db(transaction=True)
PRIVATE = ("Jana", "Nov", "Dlouhá", "jana@mail.example", "1001")


@pytest.fixture
def claim(routed) -> Claim:
    Client().post(routed.page, {"what": "It leaks"})
    with store_scope(routed.row.store_id):
        return Claim.objects.select_related("store").get()


def page(claim: Claim) -> str:
    return f"/portal/{claim.store.slug}/party/{party_token(claim)}/"


def now_is(claim: Claim) -> Claim:
    with store_scope(claim.store_id):
        return Claim.objects.get(pk=claim.pk)


def test_it_sees_the_fault_and_nobody(claim):
    shown = Client().get(page(claim)).text
    assert "It leaks" in shown
    assert "Rose soap" in shown
    assert [word for word in PRIVATE if word in shown] == []


def test_who_fetches_the_goods_sees_where_while_it_is_open(claim):
    with store_scope(claim.store_id):
        WarrantyParty.objects.update(needs_address=True)
    shown = Client().get(page(claim)).text
    assert "Dlouhá 2" in shown
    assert "jana@mail.example" not in shown
    Client().post(page(claim), {"answer": "refuse", "reason": "no"})
    assert "Dlouhá" not in Client().get(page(claim)).text


@pytest.mark.parametrize(
    ("said", "status", "outcome"),
    [
        ({"answer": "accept"}, "accepted", ""),
        ({"answer": "refuse", "reason": "Water got in."}, "refused", ""),
        ({"answer": "repaired"}, "done", "repaired"),
        ({"answer": "replaced"}, "done", "replaced"),
    ],
)
def test_its_answer_moves_the_claim_once(claim, said, status, outcome):
    Client().get(page(claim) + "?answer=refuse&reason=x")  # a look answers nothing
    assert now_is(claim).status == "waiting"
    assert Client().post(page(claim), said).status_code == 302
    after = now_is(claim)
    assert (after.status, after.outcome) == (status, outcome)
    with store_scope(claim.store_id):
        assert after.steps.last().by == "Fix & Co"
    again = Client().post(page(claim), {"answer": "accept"})
    assert again.status_code == 409
    assert "moved on meanwhile" in again.text


@pytest.mark.parametrize("said", [{}, {"answer": "refuse", "reason": " "}, {"answer": "refunded"}])
def test_what_is_no_answer_moves_nothing(claim, said):
    answer = Client().post(page(claim), said)
    assert answer.status_code == 422
    assert now_is(claim).status == "waiting"


def test_the_link_dies_when_another_holds_it(claim, other_store):
    old = page(claim)
    assert Client().get(old.replace(claim.store.slug, other_store.slug)).status_code == 404
    with store_scope(claim.store_id):
        move_claim(claim=claim, party=None, by="x", now=NOON)
    assert Client().get(old).status_code == 404
    assert Client().post(old, {"answer": "accept"}).status_code == 404
    assert now_is(claim).status == "waiting"
