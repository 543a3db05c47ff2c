"""A small shop under Shopify, for benches: its posts go through the real door, signed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from core import clock
from core.events import spine
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.demo.doors import Doors
from engagement.demo.voices.post import Post
from engagement.flows.operations.install_flows import install_flows
from engagement.messages.models import Outbox
from engagement.messages.operations.dispatch import drain_outbox
from orders.operations.connect_source import connect_source
from orders.operations.process_notices import process_due

GOODS = 12


@dataclass
class Buyer:
    """Somebody who buys, and their latest order."""

    number: int
    order: dict[str, Any] = field(default_factory=dict)


@dataclass
class SmallShop:
    """One demo store with its Shopify door; its clock is moved by hand."""

    store: Store
    doors: Doors
    buyers: int = 0
    orders: int = 0
    news: int = 0

    @classmethod
    def opened(cls, *, at: datetime) -> "SmallShop":
        """A shop that opened a year before `at`."""
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, urlsplit(settings.SITE_URL).hostname]
        opening = at - timedelta(days=365)
        store = Store.objects.create(
            name="Bench",
            slug="bench",
            currency="CZK",
            country="CZ",
            languages=["en"],
            sender_email="shop@bench.example",
            postal_address="Lipova 1, 110 00 Praha",
            is_demo=True,
            clock_offset=opening - clock.real_now(),
        )
        with store_scope(store.pk):
            install_flows(store=store, now=opening)
            made = connect_source(store=store, source="shopify", now=opening)
        doors = Doors(endpoints={"shopify": (urlsplit(made.url).path, made.secret)})
        return cls(store=store, doors=doors)

    @property
    def now(self) -> datetime:
        return clock.now(self.store)

    def let_pass(self, period: timedelta) -> None:
        """Move the shop's clock on."""
        self.store.clock_offset += period
        Store.objects.filter(pk=self.store.pk).update(clock_offset=self.store.clock_offset)

    def new_buyer(self) -> Buyer:
        self.buyers += 1
        return Buyer(number=self.buyers)

    def post(self, post: Post) -> None:
        self.doors.post([post], now=self.now)

    def work(self, *, limit: int) -> None:
        process_due(only_store=self.store.pk, limit=limit)

    def react(self) -> None:
        spine.drain(only_store=self.store.pk)

    def due_mails(self) -> int:
        with store_scope(self.store.pk):
            return Outbox.objects.filter(state=Outbox.State.PLANNED, due_at__lte=self.now).count()

    def send(self) -> None:
        drain_outbox(only_store=self.store.pk)

    def order_of(self, buyer: Buyer) -> Post:
        """A new order of two lines."""
        self.orders += 1
        at = self.now.isoformat()
        email = f"buyer{buyer.number}@mail.example"
        address = {
            "first_name": "Jana",
            "last_name": f"Nováková {buyer.number}",
            "address1": f"Lipova {buyer.number}",
            "city": "Praha",
            "zip": "110 00",
            "country_code": "CZ",
        }
        buyer.order = {
            "id": 5_000_000 + self.orders,
            "name": f"#{self.orders}",
            "order_number": self.orders,
            "email": email,
            "created_at": at,
            "updated_at": at,
            "processed_at": at,
            "currency": "CZK",
            "total_price": "929.00",
            "subtotal_price": "860.00",
            "total_tax": "161.20",
            "taxes_included": True,
            "financial_status": "paid",
            "fulfillment_status": None,
            "customer_locale": "en",
            "buyer_accepts_marketing": True,
            "customer": {"id": 700_000 + buyer.number, "email": email, "first_name": "Jana"},
            "shipping_address": address,
            "billing_address": address,
            "shipping_lines": [{"id": 1, "title": "PPL", "price": "69.00"}],
            "line_items": [self._line(buyer, 0), self._line(buyer, 1)],
            "fulfillments": [],
            "refunds": [],
        }
        return Post(source="shopify", topic="orders/create", body=buyer.order)

    def parcel_of(self, buyer: Buyer) -> Post:
        """The shop sends everything."""
        at = self.now.isoformat()
        parcel = {
            "id": 9_000_000 + buyer.order["id"],
            "order_id": buyer.order["id"],
            "status": "success",
            "created_at": at,
            "updated_at": at,
            "tracking_company": "PPL",
            "tracking_number": f"PPL{buyer.order['id']}",
            "tracking_url": f"https://track.example/{buyer.order['id']}",
            "line_items": buyer.order["line_items"],
        }
        buyer.order |= {
            "fulfillments": [parcel],
            "updated_at": at,
            "fulfillment_status": "fulfilled",
        }
        return Post(source="shopify", topic="orders/fulfilled", body=buyer.order)

    def checkpoint_of(self, buyer: Buyer, status: str) -> Post:
        """The carrier speaks."""
        self.news += 1
        at = self.now.isoformat()
        body = {
            "id": 7_000_000 + self.news,
            "fulfillment_id": 9_000_000 + buyer.order["id"],
            "order_id": buyer.order["id"],
            "status": status,
            "happened_at": at,
            "created_at": at,
            "updated_at": at,
        }
        return Post(source="shopify", topic="fulfillment_events/create", body=body)

    def _line(self, buyer: Buyer, place: int) -> dict[str, Any]:
        goods = (buyer.number + place) % GOODS
        return {
            "id": 30_000_000 + self.orders * 10 + place,
            "product_id": 41_000 + goods,
            "variant_id": 51_000 + goods,
            "title": f"Cream {goods}",
            "variant_title": "75 ml",
            "sku": f"CREAM-{goods}",
            "quantity": 1,
            "price": "430.00",
            "total_discount": "0.00",
            "requires_shipping": True,
        }
