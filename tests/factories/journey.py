"""A shop on a journey: Shopify posts to its real door, the real engine works, its clock is moved."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from core import clock
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.messages.models import LocalMail, Message
from engagement.travel import travel, work
from orders.models import Order
from tests.factories.senders import Sender


@dataclass
class Journey:
    """One store, connected to Shopify, and what its customers find in their mailboxes."""

    store: Store
    sender: Sender
    orders: int = 0
    news: int = 0
    last: dict[int, dict[str, Any]] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return clock.now(self.store)

    def told(self, topic: str, body: dict[str, Any]) -> None:
        """Shopify tells us, and everything that follows at once is done."""
        answer = self.sender.shopify(topic, body)
        assert answer.status_code == 200, answer.content
        work(store=self.store)

    def wait(self, **period: float) -> None:
        """Let time pass, with the engine running."""
        travel(store=self.store, to=self.now + timedelta(**period))

    def buys(self, **changes: Any) -> int:
        """A customer places an order; its Shopify id."""
        body = self.basket(**changes)
        self.told("orders/create", body)
        return int(body["id"])

    def basket(self, **changes: Any) -> dict[str, Any]:
        """The body of a new order, not told to anybody yet."""
        self.orders += 1
        number = 5_000_000_000_000 + self.orders
        at = self.now.isoformat(timespec="seconds")
        body = {
            "id": number,
            "name": f"#{1000 + self.orders}",
            "order_number": 1000 + self.orders,
            "email": "jana@mail.example",
            "created_at": at,
            "updated_at": at,
            "processed_at": at,
            "currency": "CZK",
            "total_price": "499.00",
            "subtotal_price": "430.00",
            "total_tax": "86.60",
            "taxes_included": True,
            "total_discounts": "0.00",
            "total_line_items_price": "430.00",
            "financial_status": "paid",
            "fulfillment_status": None,
            "customer_locale": "en",
            "buyer_accepts_marketing": True,
            "customer": {"id": 77, "email": "jana@mail.example", "first_name": "Jana"},
            "shipping_address": {
                "first_name": "Jana",
                "last_name": "Nováková",
                "address1": "Lipova 1",
                "city": "Praha",
                "zip": "110 00",
                "country_code": "CZ",
            },
            "shipping_lines": [{"id": 1, "title": "PPL", "price": "69.00"}],
            "payment_gateway_names": ["card"],
            "line_items": [cream()],
            "fulfillments": [],
            "refunds": [],
            **changes,
        }
        self.last[number] = body
        return body

    def changes(self, order: int, *, topic: str = "orders/updated", **changes: Any) -> None:
        """The shop changes the order."""
        self.news += 1
        later = (self.now + timedelta(seconds=1)).isoformat(timespec="seconds")
        body = {**self.last[order], "updated_at": later, **changes}
        self.last[order] = body
        self.told(topic, body)

    def ships(self, order: int, *, lines: list[dict[str, Any]] | None = None) -> int:
        """The shop sends a parcel; its Shopify id."""
        parcels = self.last[order]["fulfillments"]
        parcel = 9_000_000_000_000 + order % 1000 * 10 + len(parcels)
        at = self.now.isoformat(timespec="seconds")
        body = {
            "id": parcel,
            "order_id": order,
            "status": "success",
            "created_at": at,
            "updated_at": at,
            "tracking_company": "PPL",
            "tracking_number": f"PPL{parcel}",
            "tracking_url": f"https://track.example/{parcel}",
            "shipment_status": None,
            "line_items": lines or self.last[order]["line_items"],
        }
        whole = lines is None
        self.changes(
            order,
            topic="orders/fulfilled" if whole else "orders/partially_fulfilled",
            fulfillments=[*parcels, body],
            fulfillment_status="fulfilled" if whole else "partial",
        )
        return parcel

    def carrier_says(self, order: int, parcel: int, status: str) -> None:
        """The carrier has news of a parcel."""
        self.news += 1
        at = self.now.isoformat(timespec="seconds")
        self.told(
            "fulfillment_events/create",
            {
                "id": 7_000_000 + self.news,
                "fulfillment_id": parcel,
                "order_id": order,
                "status": status,
                "message": status.replace("_", " "),
                "happened_at": at,
                "created_at": at,
                "updated_at": at,
            },
        )

    def mails(self) -> list[EmailMessage]:
        """What lies in the mailbox, oldest first."""
        rows = LocalMail.objects.filter(store=self.store).order_by("received_at", "pk")
        return [message_from_bytes(bytes(row.mime), policy=policy.default) for row in rows]  # type: ignore[misc]

    def sent(self) -> list[str]:
        """The templates that left, in order."""
        with store_scope(self.store.pk):
            done = Message.objects.filter(status=Message.Status.SENT).order_by("handed_at", "pk")
            return list(done.values_list("template", flat=True))

    def skipped(self) -> set[tuple[str, str]]:
        """What did not leave, and why."""
        with store_scope(self.store.pk):
            gone = Message.objects.filter(status=Message.Status.SKIPPED)
            return set(gone.values_list("template", "reason"))

    def messages(self, **where: Any) -> list[Message]:
        with store_scope(self.store.pk):
            return list(Message.objects.filter(**where).order_by("due_at", "pk"))

    def order(self, external_id: int) -> Order:
        with store_scope(self.store.pk):
            return Order.objects.get(external_id=str(external_id))


def cream(**changes: Any) -> dict[str, Any]:
    """A line of a basket: one hand cream."""
    return {
        "id": 31,
        "product_id": 41,
        "variant_id": 51,
        "title": "Hand cream",
        "variant_title": "75 ml",
        "sku": "CREAM-75",
        "quantity": 1,
        "price": "430.00",
        "total_discount": "0.00",
        "requires_shipping": True,
        "fulfillable_quantity": 1,
        **changes,
    }


def text_of(mail: EmailMessage) -> str:
    """The text part."""
    part = mail.get_body(("plain",))
    assert part is not None
    return part.get_content()
