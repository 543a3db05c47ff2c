"""The queue of claims, and what the shop promises: by its people, within their roles."""

import pytest
from django.urls import reverse

from orders.models import Claim, ClaimRule, Guarantee, WarrantyParty, WarrantyTerms
from orders.operations.open_claim import open_claim
from tests.conftest import NOON
from tests.factories.orders import ProductFactory


@pytest.fixture
def claim(store, in_store) -> Claim:
    guarantee = Guarantee.objects.create(
        store=store,
        title="Lamp",
        country="CZ",
        starts_on=NOON.date(),
        bought_on=NOON.date(),
        law_until=NOON.date().replace(year=2028),
        until=NOON.date().replace(year=2028),
        checked_at=NOON,
        created_at=NOON,
    )
    return open_claim(
        guarantee=guarantee, what="It flickers", photos=[], today=NOON.date(), now=NOON
    )


def press(client, claim: Claim, deed: str):
    address = reverse(f"admin:orders_claim_{deed}", args=[claim.pk])
    client.get(address)  # asks only
    claim.refresh_from_db()
    before = claim.status
    answer = client.post(address, {**client.form, "confirmed": "1"})
    claim.refresh_from_db()
    return answer, before


@pytest.mark.parametrize(
    ("deed", "status"), [("accept", "accepted"), ("repaired", "done"), ("refunded", "done")]
)
def test_a_claim_is_answered_by_a_button(owner, claim, deed, status):
    _answer, before = press(owner, claim, deed)
    assert (before, claim.status) == ("waiting", status)
    assert claim.steps.last().by.startswith(owner.user.email if hasattr(owner, "user") else "")


def test_a_refusal_needs_a_reason(owner, claim):
    press(owner, claim, "refuse")
    assert claim.status == "waiting"
    page = reverse("admin:orders_claim_change", args=[claim.pk])
    owner.post(page, {**owner.form, "reason": "Water got in."})
    press(owner, claim, "refuse")
    assert (claim.status, claim.reason) == ("refused", "Water got in.")
    assert "Water got in." in owner.get(page).content.decode()


@pytest.mark.parametrize(("role", "may"), [("agent", True), ("marketer", False), ("viewer", False)])
def test_who_may_answer(log_in, store, claim, role, may):
    client = log_in(store=store, role=role)
    press(client, claim, "accept")
    assert (claim.status == "accepted") is may


def test_terms_parties_and_rules_are_written_down(owner, store, in_store):
    lamp = ProductFactory(store=store)
    terms = {**owner.form, "product": lamp.pk, "months": "36", "offer_months": "0"}
    add = reverse("admin:orders_warrantyterms_add")
    assert owner.post(add, terms).status_code == 302
    assert "terms for it already" in str(owner.post(add, terms).context["errors"])
    half = {**terms, "product": "", "offer_months": "12"}
    assert "where it is bought" in str(owner.post(add, half).context["errors"])
    assert WarrantyTerms.objects.get().months == 36
    party = {
        **owner.form,
        "name": "Fix",
        "kind": "service",
        "email": "fix@mend.example",
        "language": "cs",
        "answer_days": "5",
        "is_active": "on",
    }
    assert owner.post(reverse("admin:orders_warrantyparty_add"), party).status_code == 302
    rule = {
        **owner.form,
        "position": "1",
        "from_month": "0",
        "party": WarrantyParty.objects.get().pk,
    }
    add = reverse("admin:orders_claimrule_add")
    assert owner.post(add, rule).status_code == 302
    assert "this place already" in str(owner.post(add, rule).context["errors"])
    assert ClaimRule.objects.count() == 1


def test_a_registration_counts_once_it_is_called_genuine(owner, claim):
    Guarantee.objects.update(checked_at=None)
    row = Guarantee.objects.get()
    address = reverse("admin:orders_guarantee_genuine", args=[row.pk])
    owner.post(address, {**owner.form, "confirmed": "1"})
    row.refresh_from_db()
    assert row.checked_at is not None


def test_the_queue_costs_the_same_however_long(owner, claim, django_assert_max_num_queries):
    address = reverse("admin:orders_claim_changelist")
    with django_assert_max_num_queries(16):
        assert "Lamp" in owner.get(address).content.decode()
