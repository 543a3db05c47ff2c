"""A merchant gives a voucher by hand, sees it used, takes it back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core import clock
from core.audit.models import AuditEntry
from core.stores.models import Membership
from core.stores.scope import store_scope
from orders.models import Redemption, Voucher
from tests.factories.orders import CustomerFactory, OrderFactory, ProductFactory

ADD, LIST = reverse("admin:orders_voucher_add"), reverse("admin:orders_voucher_changelist")


@pytest.fixture
def jana(store, in_store):
    return CustomerFactory(store=store, first_name="Jana")


def wish(client, **fields):
    return client.post(ADD, {**client.form, "kind": "percent", "reason": "Sorry", **fields})


def voucher(store) -> Voucher:
    with store_scope(store.pk):
        return Voucher.objects.get()


def test_it_is_given_with_a_code_of_its_own(owner, store, jana, in_store):
    soap = ProductFactory(store=store)
    day = (clock.now(store) + timedelta(days=30)).date()
    answer = wish(
        owner,
        customer=jana.pk,
        kind="value",
        amount="150",
        least="1000",
        products=[soap.pk],
        uses_allowed="1",
        until=day.isoformat(),
    )
    assert answer.status_code == 302, answer.content
    made = voucher(store)
    assert (made.kind, made.amount_minor, made.minimum_minor) == ("value", 15000, 100000)
    assert (
        made.expires_at.astimezone(store.zone).isoformat()[:19]
        == f"{day + timedelta(days=1)}T00:00:00"
    )
    assert (made.customer, made.reason, list(made.products.all())) == (jana, "Sorry", [soap])
    assert "@" in made.issued_by
    assert AuditEntry.objects.filter(action="voucher.added").exists()
    page = owner.get(LIST).content.decode()
    assert made.code in page
    assert "150.00" in page


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"percent": "0"}, "1"),
        ({"percent": "101"}, "100"),
        ({}, "Say what it is worth"),
        ({"kind": "gift"}, "Say what it is worth"),
        ({"percent": "10", "until": "2020-01-01"}, "expired already"),
        ({"percent": "10", "reason": ""}, "required"),
    ],
)
def test_a_worthless_wish_is_refused_in_words(owner, store, fields, says):
    answer = wish(owner, **fields)
    assert answer.status_code == 200
    assert says in str(answer.context["errors"])
    with store_scope(store.pk):
        assert not Voucher.objects.exists()


def test_it_is_seen_used_and_taken_back(owner, store, jana, in_store):
    wish(owner, customer=jana.pk, percent="10", uses_allowed="2")
    made = voucher(store)
    order = OrderFactory(store=store, customer=jana, number="1077")
    Redemption.objects.create(
        store=store, voucher=made, order=order, amount_minor=700, redeemed_at=order.placed_at
    )
    address = reverse("admin:orders_voucher_change", args=[made.pk])
    page = owner.get(address).content.decode()
    assert "1 of 2" in page
    assert "1077" in page
    of_jana = owner.get(reverse("admin:orders_customer_change", args=[jana.pk])).content.decode()
    assert made.code in of_jana
    button = reverse("admin:orders_voucher_revoke", args=[made.pk])
    assert owner.get(button).status_code == 200
    assert voucher(store).revoked_at is None
    owner.post(button, {**owner.form, "confirmed": "yes"})
    assert voucher(store).revoked_at is not None
    assert "Revoked" in owner.get(address).content.decode()


def test_another_store_s_customer_cannot_be_given_one(owner, store, other_store):
    with store_scope(other_store.pk):
        stranger = CustomerFactory(store=other_store)
    assert wish(owner, customer=stranger.pk, percent="10").status_code == 200
    with store_scope(store.pk):
        assert not Voucher.objects.exists()


def test_a_viewer_sees_no_codes(log_in, store, owner, jana):
    wish(owner, customer=jana.pk, percent="10")
    viewer = log_in(store=store, role=Membership.Role.VIEWER)
    assert viewer.get(LIST).status_code == 403
    page = viewer.get(reverse("admin:orders_customer_change", args=[jana.pk]))
    assert voucher(store).code not in page.content.decode()
