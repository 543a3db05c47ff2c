"""Senders: they sign as the platforms do and post through the real door."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from orders.operations.connect_source import Connection


@dataclass
class Sender:
    """One connected source of one store."""

    client: Any
    connection: Connection
    count: int = 0

    @property
    def path(self) -> str:
        return "/" + self.connection.url.split("/", 3)[3]

    def post(self, body: bytes, headers: dict[str, str], *, path: str = "") -> Any:
        return self.client.post(
            path or self.path, body, content_type="application/json", headers=headers
        )

    def shopify(
        self, topic: str, body: Any, *, secret: str = "", delivery: str = "", **headers: str
    ) -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.count += 1
        signed = {
            "X-Shopify-Topic": topic,
            "X-Shopify-Hmac-Sha256": sign(raw, secret or self.connection.secret),
            "X-Shopify-Webhook-Id": delivery or f"delivery-{self.count}",
        }
        return self.post(raw, {**signed, **headers})

    def woo(self, topic: str, body: Any, *, secret: str = "", **headers: str) -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        signed = {
            "X-WC-Webhook-Topic": topic,
            "X-WC-Webhook-Resource": topic.split(".")[0],
            "X-WC-Webhook-Signature": sign(raw, secret or self.connection.secret),
            "X-WC-Webhook-Delivery-ID": "the-same-second",
        }
        return self.post(raw, {**signed, **headers})


def sign(body: bytes, secret: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


Connect = Callable[..., Sender]
