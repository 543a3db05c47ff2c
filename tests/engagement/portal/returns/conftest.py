"""Jana's order of two soaps in two sizes and a brush, delivered, and the pages of sending it back."""

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client

from core.stores.scope import store_scope
from orders.models import Return, ReturnPolicy, Variant
from orders.returns.presets import default_policy
from tests.conftest import NOON
from tests.factories.orders import FulfillmentFactory, OrderLineFactory


@pytest.fixture
def bought(shop, jana) -> SimpleNamespace:
    """Two rose soaps at 100.00 each (50.00 and 150.00 in other sizes) and a brush at 80.00."""
    shop.country, shop.postal_address = "CZ", "Lipa s.r.o.\nDlouhá 2\n110 00 Praha 1"
    shop.save()
    with store_scope(shop.pk):
        order = jana.order
        jana.line.delete()
        order.total_minor, order.currency = 28000, shop.currency
        order.shipping_address = {**order.shipping_address, "country": "CZ"}
        order.fulfillment_status, order.delivered_at = "delivered", NOON - timedelta(days=2)
        order.save()
        soap = OrderLineFactory(
            store=shop,
            order=order,
            title="Rose soap",
            quantity=2,
            unit_price_minor=10000,
            total_minor=20000,
            position=0,
        )
        brush = OrderLineFactory(
            store=shop,
            order=order,
            title="Ash brush",
            unit_price_minor=8000,
            total_minor=8000,
            position=1,
        )
        for number, (title, price) in enumerate((("Small", 5000), ("Large", 15000))):
            Variant.objects.create(
                store=shop,
                product=soap.product,
                source="generic",
                external_id=f"v{number}",
                title=title,
                price_minor=price,
            )
        FulfillmentFactory(
            store=shop,
            order=order,
            status="delivered",
            shipped_at=NOON - timedelta(days=4),
            delivered_at=NOON - timedelta(days=2),
        )
    path = f"/portal/{shop.slug}/orders/{order.public_id}/return/"
    return SimpleNamespace(order=order, soap=soap, brush=brush, path=path)


@pytest.fixture
def policy(shop) -> Callable[..., ReturnPolicy]:
    """The store's policy: *balanced*, with these changes."""

    def put(**columns) -> ReturnPolicy:
        with store_scope(shop.pk):
            row = default_policy(store_id=shop.pk)
            for name, value in columns.items():
                setattr(row, name, value)
            row.save()
        return row

    return put


def fields(page: str) -> dict[str, str]:
    """What the page's form would send as it stands: hidden fields, ticked boxes, chosen options."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="([a-z]+)"', tag)
        if name is None or name[1] == "csrfmiddlewaretoken" or (kind and kind[1] == "file"):
            continue
        if kind and kind[1] in ("checkbox", "radio") and " checked" not in tag:
            continue
        found[name[1]] = value[1] if value else ""
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        found[name] = chosen[1] if chosen else ""
    return found


@pytest.fixture
def walk(inside: Client, bought) -> Callable[..., object]:
    """Walk the three pages; each step may be given other fields. The last answer comes back."""

    def go(*, lines=("Rose soap",), outcome="refund", instead="", reason="too_big", **more):
        page = inside.get(bought.path).text
        sent = fields(page)
        for title in lines:
            sent[box(page, title)] = "1"
        page = inside.post(bought.path, {**sent, "go": "why"}).text
        sent = fields(page)
        for name in sent:
            if name.startswith("reason-"):
                sent[name] = reason
            if name.startswith("instead-") and instead:
                sent[name] = re.search(rf'<option value="([^"]+)"[^>]*>{instead}', page)[1]
        page = inside.post(bought.path, {**sent, "outcome": outcome, "go": "way"}).text
        sent = {**fields(page), **more}
        return inside.post(bought.path, {**sent, "go": "send"})

    return go


def box(page: str, title: str) -> str:
    """The name of the box beside a line."""
    return re.search(rf'name="(take-[0-9a-f]+)"[^>]*> <span>{title}', page)[1]


@pytest.fixture
def returns(shop) -> Callable[[], list[Return]]:
    def look() -> list[Return]:
        with store_scope(shop.pk):
            return list(Return.objects.order_by("pk").prefetch_related("lines", "photos"))

    return look
