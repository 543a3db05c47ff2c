"""Who is not in sees nothing that is a customer's: every address that the matrix calls so is walked."""

import uuid

import pytest
from django.test import Client

from core.stores.scope import store_scope
from tests.engagement.portal.routes import CUSTOMERS_ONLY
from tests.factories.orders import CustomerFactory, OrderFactory

pytestmark = pytest.mark.django_db(transaction=True)


def filled(route: str, *, slug: str, order_id: uuid.UUID) -> str:
    return "/" + (
        route.replace("<slug:slug>", slug)
        .replace("<uuid:order_id>", str(order_id))
        .replace("<uuid:public_id>", str(order_id))
    )


@pytest.mark.parametrize("route", CUSTOMERS_ONLY)
@pytest.mark.parametrize("how", ["get", "post"])
def test_strangers_are_sent_to_the_door(shop, jana, route, how):
    path = filled(route, slug=shop.slug, order_id=jana.order.public_id)
    answer = getattr(Client(), how)(path)
    assert answer.status_code in (302, 405)
    if answer.status_code == 302:
        assert answer.url == f"/portal/{shop.slug}/"
    assert "1001" not in answer.text


@pytest.mark.parametrize("route", CUSTOMERS_ONLY)
def test_another_customer_finds_nothing_of_these(shop, jana, inside, route):
    with store_scope(shop.pk):
        petrs = OrderFactory(store=shop, customer=CustomerFactory(store=shop), number="PETRS-1")
    answer = inside.get(filled(route, slug=shop.slug, order_id=petrs.public_id))
    assert answer.status_code in (200, 404, 405)
    assert "PETRS-1" not in answer.text


@pytest.mark.parametrize("route", CUSTOMERS_ONLY)
def test_a_session_of_one_store_is_none_in_another(shop, other_store, jana, inside, route):
    inside.cookies[f"p-in-{other_store.slug}"] = inside.cookies[f"p-in-{shop.slug}"].value
    path = filled(route, slug=other_store.slug, order_id=jana.order.public_id)
    answer = inside.get(path)
    assert answer.status_code in (302, 405)


def test_forms_of_other_sites_change_nothing(shop, jana, inside):
    """No exemption from CSRF: a post without the token is refused (A10)."""
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = inside.cookies
    assert strict.post(f"/portal/{shop.slug}/leave/").status_code == 403
    assert inside.get(f"/portal/{shop.slug}/orders/").status_code == 200
