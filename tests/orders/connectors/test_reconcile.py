"""What a shop's webhooks never told is asked for, taken in once, and shown (W10)."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from core.clock import real_now
from core.stores.scope import every_store
from orders.models import InboundNotice, Order
from orders.operations.process_notices import drain_notices
from orders.operations.reconcile import reconcile
from tests.orders.connectors.fakes import Fake, served

pytestmark = pytest.mark.django_db(transaction=True)


class Shop(Fake):
    """Both lists of orders, by the documented parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[dict[str, Any]] = []

    def answer(self, call: Any) -> tuple[int, Any]:
        asked = {key: values[0] for key, values in parse_qs(urlsplit(call.path).query).items()}
        if call.path.startswith("/admin/api/"):
            assert call.headers["x-shopify-access-token"] == "shpat_right"
            assert asked["status"] == "any"
            rows = [row for row in self.rows if row["updated_at"] >= asked["updated_at_min"]]
            return 200, {"orders": rows[: int(asked["limit"])]}
        assert call.headers["authorization"].startswith("Basic ")
        rows = [row for row in self.rows if row["date_modified_gmt"] > asked["modified_after"]]
        return 200, rows[: int(asked["per_page"])]


@pytest.fixture
def shop():
    with served(Shop()) as fake:
        yield fake


def at(**ago: float) -> str:
    return (real_now() - timedelta(**ago)).isoformat(timespec="seconds")


def shopify_order(number: int, **said: Any) -> dict[str, Any]:
    placed = at(hours=2)
    return {
        "id": number,
        "name": f"#{number}",
        "order_number": number,
        "created_at": placed,
        "updated_at": placed,
        "processed_at": placed,
        "currency": "CZK",
        "total_price": "499.00",
        "financial_status": "paid",
        "line_items": [],
        "email": "jana@mail.example",
        **said,
    }


def ask(store) -> int:
    found = reconcile(store=store, now=real_now())
    drain_notices()
    return found


def test_a_missed_order_is_taken_in_once_and_counted(in_store, connected, shop):
    connection = connected("shopify", shop)
    shop.rows = [shopify_order(11)]
    assert ask(in_store) == 1
    assert Order.objects.get().external_id == "11"
    assert ask(in_store) == 0
    connection.refresh_from_db()
    assert connection.found_missed == 1
    assert connection.asked_problem == ""
    assert connection.asked_to is not None
    assert InboundNotice.objects.count() == 1


def test_a_missed_change_is_told_and_a_known_one_is_not(in_store, connected, shop):
    connection = connected("shopify", shop)
    shop.rows = [shopify_order(11), shopify_order(12)]
    ask(in_store)
    connection.asked_to = real_now() - timedelta(hours=1)  # we were away for an hour
    connection.save()
    shop.rows[0] |= {"financial_status": "refunded", "updated_at": at(minutes=20)}
    assert ask(in_store) == 1
    assert Order.objects.get(external_id="11").payment_status == "refunded"


def test_what_is_a_moment_old_is_left_to_its_webhook(in_store, connected, shop):
    connection = connected("shopify", shop)
    shop.rows = [shopify_order(11, updated_at=at(minutes=1))]
    assert ask(in_store) == 0
    connection.refresh_from_db()
    assert connection.asked_to < real_now() - timedelta(minutes=1)  # it is asked about again


def test_woocommerce_is_asked_in_its_own_way(in_store, connected, shop):
    connected("woocommerce", shop)
    changed = at(hours=1)[:19]
    shop.rows = [
        {
            "id": 727,
            "number": "727",
            "status": "processing",
            "currency": "CZK",
            "date_created_gmt": changed,
            "date_modified_gmt": changed,
            "total": "499.00",
            "billing": {"email": "jana@mail.example"},
            "line_items": [],
        }
    ]
    assert ask(in_store) == 1
    assert Order.objects.get().external_id == "727"
    assert ask(in_store) == 0


def test_a_shop_that_does_not_answer_is_shown_and_asked_again(in_store, connected, shop):
    connection = connected("shopify", shop)
    shop.rows = [shopify_order(11)]
    shop.broken = [(503, {}, {}), (200, {}, {"orders": "?"})]
    assert ask(in_store) == 0
    connection.refresh_from_db()
    assert "503" in connection.asked_problem
    assert connection.asked_to is None
    assert ask(in_store) == 0
    connection.refresh_from_db()
    assert "no list" in connection.asked_problem
    assert ask(in_store) == 1


def test_what_cannot_be_read_is_counted_once(in_store, connected, shop):
    connection = connected("shopify", shop)
    shop.rows = [{"id": 13, "updated_at": at(minutes=7)}]
    assert ask(in_store) == 1
    assert ask(in_store) == 0
    connection.refresh_from_db()
    assert connection.found_missed == 1
    assert InboundNotice.objects.get().status == InboundNotice.Status.DEAD


def test_two_who_ask_at_once_take_it_in_once(in_store, connected, shop):
    connected("shopify", shop)
    shop.rows = [shopify_order(11)]
    reconcile(store=in_store, now=real_now())
    reconcile(store=in_store, now=real_now())  # before the first one's find was worked on
    with every_store():
        assert InboundNotice.objects.count() == 1
