"""An order's links are renewed from its page, by those who care for customers."""

import pytest
from django.urls import reverse

from core.audit.models import AuditEntry
from core.stores.models import Membership
from core.stores.scope import store_scope
from orders.links import order_token
from tests.factories.orders import OrderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(store):
    with store_scope(store.pk):
        return OrderFactory(store=store)


def door(store, order) -> str:
    return f"/portal/{store.slug}/o/{order_token(order=order)}/"


def test_renewed_links_open_and_the_old_do_not(owner, client, store, order):
    old = door(store, order)
    assert client.get(old).status_code == 200
    page = reverse("admin:orders_order_change", args=[order.pk])
    assert "Renew links" in owner.get(page, owner.form).content.decode()
    button = reverse("admin:orders_order_renew_links", args=[order.pk])
    assert "came into the wrong hands" in owner.get(button, owner.form).content.decode()
    assert client.get(old).status_code == 200  # asking changes nothing
    said = owner.post(button, {**owner.form, "confirmed": "1"}, follow=True).content.decode()
    assert "Old links open nothing any more" in said
    assert client.get(old).status_code == 404
    with store_scope(store.pk):
        order.refresh_from_db()
        entry = AuditEntry.objects.get(action="order.renew_links")
    assert entry.subject == f"order:{order.pk}"
    assert client.get(door(store, order)).status_code == 200


@pytest.mark.parametrize("role", [Membership.Role.MARKETER, Membership.Role.VIEWER])
def test_who_does_not_care_for_customers_cannot(log_in, client, store, order, role):
    old = door(store, order)
    someone = log_in(store=store, role=role)
    button = reverse("admin:orders_order_renew_links", args=[order.pk])
    page = reverse("admin:orders_order_change", args=[order.pk])
    assert "Renew links" not in someone.get(page, someone.form).content.decode()
    assert someone.post(button, {**someone.form, "confirmed": "1"}).status_code == 403
    assert client.get(old).status_code == 200
