"""The deliveries: a Shopify shop's orders and parcels, signed, as bytes ready to send."""

import base64
import hashlib
import hmac
import itertools
import json
from collections.abc import Iterator

from bench.small_shop import Buyer, SmallShop
from core.stores.models import Store
from engagement.demo.voices.post import Post

APART = 50  # so many orders are under way at once

HEAD = (
    "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
    "X-Forwarded-Proto: https\r\nX-Shopify-Topic: {topic}\r\nX-Shopify-Webhook-Id: {delivery}\r\n"
    "X-Shopify-Triggered-At: 2026-01-01T00:00:00Z\r\nX-Shopify-Shop-Domain: bench.example\r\n"
    "X-Shopify-Api-Version: 2025-10\r\nUser-Agent: Shopify-Captain-Hook\r\n"
    "X-Shopify-Hmac-Sha256: {signature}\r\nContent-Length: {length}\r\n\r\n"
)


class Writer:
    """Signed requests of one shop; every delivery has an id of its own."""

    def __init__(self, *, store: Store, path: str, secret: str, host: str) -> None:
        self.shop = SmallShop(store=store, doors=None)  # type: ignore[arg-type]
        self.path, self.secret, self.host = path, secret.encode(), host
        self.deliveries = itertools.count(1)

    def request(self, post: Post) -> bytes:
        body = json.dumps(post.body, ensure_ascii=False).encode()
        return self.signed(topic=post.topic, body=body)

    def signed(self, *, topic: str, body: bytes) -> bytes:
        """The whole request with a new delivery id."""
        digest = hmac.new(self.secret, body, hashlib.sha256).digest()
        head = HEAD.format(
            path=self.path,
            host=self.host,
            topic=topic,
            delivery=f"bench-{self.path[-6:-1]}-{next(self.deliveries)}",
            signature=base64.b64encode(digest).decode(),
            length=len(body),
        )
        return head.encode() + body

    def one_order_over_and_over(self) -> Iterator[bytes]:
        """The same bytes under new ids: for the door alone, where nothing works them off."""
        post = self.shop.order_of(self.shop.new_buyer())
        body = json.dumps(post.body, ensure_ascii=False).encode()
        while True:
            yield self.signed(topic=post.topic, body=body)

    def orders_only(self) -> Iterator[bytes]:
        """Each delivery a new order of a new buyer."""
        while True:
            yield self.request(self.shop.order_of(self.shop.new_buyer()))

    def whole_lives(self) -> Iterator[bytes]:
        """Five deliveries an order: placed, told again, sent, on its way, arrived; orders mixed."""
        steps = (
            self.shop.order_of,
            self._told_again,
            self.shop.parcel_of,
            lambda buyer: self.shop.checkpoint_of(buyer, "in_transit"),
            lambda buyer: self.shop.checkpoint_of(buyer, "delivered"),
        )
        while True:
            crowd = [self.shop.new_buyer() for _ in range(APART)]
            for step in steps:
                for buyer in crowd:
                    yield self.request(step(buyer))

    def _told_again(self, buyer: Buyer) -> Post:
        """Shops say most things twice: the same order with a later time."""
        buyer.order |= {"updated_at": self.shop.now.isoformat(), "tags": "seen"}
        return Post(source="shopify", topic="orders/updated", body=buyer.order)
