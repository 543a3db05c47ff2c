"""A fake shop and its carrier: they post signed news through the public door, and remember who said yes.

They behave as platforms do: a delivery that is not answered with 2xx within five seconds is sent
again, under the same id, until it is. What was acknowledged, and when, is the clients' own record.
"""

import base64
import hashlib
import hmac
import json
import queue
import random
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import requests

from bench.chaos.cluster import Cluster
from bench.chaos.provider import Manners, Provider

PATIENCE_SECONDS = 5.0  # Shopify's own
PAUSE_SECONDS = 0.25
POSTERS = 6
SMTP = "django.core.mail.backends.smtp.EmailBackend"
POSTMARK = "anymail.backends.postmark.EmailBackend"
STEPS = ("placed", "shipped", "delivered", "canceled")


@dataclass(slots=True)
class Try:
    """One attempt at a delivery: `status` is 0 where no answer came."""

    began: float
    seconds: float
    status: int


@dataclass(slots=True)
class Delivery:
    """One piece of news of one order. `key` is what tells a repeat; `acked_at` is when 2xx came."""

    order: str
    step: str
    source: str
    key: str
    body: bytes
    tries: list[Try] = field(default_factory=list)
    acked_at: float | None = None


class Shop:
    """One store of the installation, its platform, its carrier and its mail provider."""

    def __init__(
        self, cluster: Cluster, provider: Provider, *, slug: str, seed: int, **account: Any
    ) -> None:
        kind = account.pop("kind", "smtp")
        self.manners: Manners
        port, self.manners = provider.smtp() if kind == "smtp" else provider.api()
        if kind == "smtp":
            backend, options = SMTP, {"host": "127.0.0.1", "port": port}
            options |= {"username": "shop", "password": "secret"}
        else:
            backend = POSTMARK
            options = {"server_token": "x", "api_url": f"http://127.0.0.1:{port}/"}
        opened = cluster.clerk(
            "open_store", slug=slug, backend=backend, options=options, rate_per_second=0, **account
        )
        self.slug, self.base = slug, cluster.base
        self.store: int = opened["store"]
        self.account: int = opened["account"]
        self.feedback: str = opened["feedback"]
        self.doors: dict[str, tuple[str, str]] = {
            name: (path, secret) for name, (path, secret) in opened["doors"].items()
        }
        self.domain = f"{slug}.example"
        self.provider = provider
        self.random = random.Random(seed)
        self.deliveries: list[Delivery] = []
        self.buyers: dict[str, str] = {}
        self.left: dict[str, float] = {}  # address → when its unsubscribing was acknowledged
        self.stopped = threading.Event()
        self.clock_ahead = 0.0  # what the shop's own clock is off by
        self._queue: queue.Queue[tuple[float, list[Delivery]]] = queue.Queue()
        self._busy = 0
        self._lock = threading.Lock()
        for _ in range(POSTERS):
            threading.Thread(target=self._post_all, daemon=True).start()

    # --- what happens in the shop -----------------------------------------------------------------

    def story(self, order: str, *steps: str, **facts: Any) -> list[Delivery]:
        """The news of one order, step by step, not sent yet."""
        return [self._news(order, step, **facts) for step in steps]

    def trade(self, orders: int, *, prefix: str = "o") -> list[list[Delivery]]:
        """`orders` orders with stories drawn by the seed, sent now, several at a time."""
        stories = []
        for number in range(orders):
            drawn = self.random.choice(
                [("placed",), ("placed", "shipped"), ("placed", "shipped", "delivered")]
            )
            if drawn == ("placed",) and self.random.random() < 0.4:
                drawn = ("placed", "canceled")
            stories.append(self.story(f"{prefix}{number}", *drawn))
        for story in stories:
            self.send(story)
        return stories

    def send(self, story: list[Delivery]) -> None:
        """Post these one after the other, each until it is acknowledged."""
        with self._lock:
            self.deliveries += [one for one in story if one not in self.deliveries]
            self._busy += 1
        self._queue.put((0.0, list(story)))

    def everything_acked(self) -> bool:
        with self._lock:
            return self._busy == 0

    def unsubscribe(self, leave: str) -> int:
        """Press the one-click link of a mail; the status."""
        answer = requests.post(
            leave, data={"List-Unsubscribe": "One-Click"}, timeout=PATIENCE_SECONDS
        )
        return answer.status_code

    def tell(self, key: str, to: str, record: str = "Delivery", *, times: int = 1) -> list[int]:
        """The mail provider's tracking webhook about our mail `key`, `times` over; the statuses."""
        event: dict[str, Any] = {
            "RecordType": record,
            "MessageID": f"pm-{key[:20]}",
            "Metadata": {"afterglow": key},
            "Recipient": to,
            "DeliveredAt": datetime.now(UTC).isoformat(),
        }
        if record == "Bounce":
            event |= {"Type": "HardBounce", "ID": int(key[:8], 16), "Email": to}
        statuses = []
        for _ in range(times):
            answer = requests.post(self.base + self.feedback, json=event, timeout=PATIENCE_SECONDS)
            statuses.append(answer.status_code)
        return statuses

    def close(self) -> None:
        self.stopped.set()

    # --- the platform -----------------------------------------------------------------------------

    def _news(self, order: str, step: str, **facts: Any) -> Delivery:
        now = datetime.now(UTC).isoformat()
        source = "generic"
        if step in {"placed", "canceled"}:
            data: dict[str, Any] = self._order(order, now, **facts)
            if step == "canceled":
                data |= {"canceled_at": now, "updated_at": now}
            body = {"type": "order", "data": data}
        elif step == "shipped":
            body = {"type": "fulfillment", "data": self._parcel(order, now)}
        else:
            source, body = "aftership", self._checkpoint(order, now)
        raw = json.dumps(body).encode()
        key = f"{order}-{step}-{self.random.getrandbits(40):x}"
        if source == "aftership":
            key = hashlib.sha256(raw).hexdigest()
        return Delivery(order=order, step=step, source=source, key=key, body=raw)

    def _order(self, order: str, now: str, *, title: str = "Day cream", **more: Any) -> dict:
        return {
            "id": order,
            "number": f"R-{order}",
            "currency": "EUR",
            "placed_at": now,
            "total": "30.00",
            "payment_status": "paid",
            "customer": {
                "id": self.buyers.get(order, order),
                "email": self.address(order),
                "first_name": "Jana",
            },
            "consent": {
                "basis": "explicit",
                "stated_at": now,
                "source": "checkout",
                "wording": "Yes",
            },
            "shipping_address": {"name": "Jana", "city": "Praha", "country": "CZ"},
            "lines": [
                {
                    "id": "1",
                    "title": title,
                    "quantity": 1,
                    "unit_price": "30.00",
                    "total": "30.00",
                    "product_id": f"p-{order}",
                }
            ],
            **more,
        }

    def address(self, order: str) -> str:
        """Each order has a buyer of its own, unless `buyers` says otherwise."""
        return f"{self.buyers.get(order, order)}@{self.domain}"

    def orders_of(self, address: str) -> int:
        """How many orders this customer made."""
        return max(1, sum(self.address(order) == address for order in self.buyers))

    def _parcel(self, order: str, now: str) -> dict[str, Any]:
        return {
            "order_id": order,
            "id": f"{order}-1",
            "status": "shipped",
            "updated_at": now,
            "shipped_at": now,
            "carrier": "gls",
            "tracking_number": f"T{self.slug}{order}".replace("-", ""),
        }

    def _checkpoint(self, order: str, now: str) -> dict[str, Any]:
        point = {
            "tag": "Delivered",
            "subtag": "Delivered_001",
            "checkpoint_time": now,
            "created_at": now,
            "message": "Delivered",
        }
        message = {
            "tracking_number": f"T{self.slug}{order}".replace("-", ""),
            "slug": "gls",
            "checkpoints": [point],
        }
        return {"event": "tracking_update", "msg": message}

    def _post_all(self) -> None:
        while not self.stopped.is_set():
            try:
                not_before, story = self._queue.get(timeout=0.2)
            except queue.Empty:
                continue
            time.sleep(max(0.0, not_before - time.monotonic()))
            while story and self.post(story[0]):
                story.pop(0)
            if story:
                self._queue.put((time.monotonic() + PAUSE_SECONDS, story))
            else:
                with self._lock:
                    self._busy -= 1

    def post(self, delivery: Delivery) -> bool:
        """One attempt; whether it was acknowledged."""
        path, secret = self.doors[delivery.source]
        began = time.time()
        status = 0
        try:
            answer = requests.post(
                self.base + path,
                data=delivery.body,
                headers=self._signed(delivery, secret, at=began + self.clock_ahead),
                timeout=PATIENCE_SECONDS,
            )
            status = answer.status_code
        except requests.RequestException:
            pass
        ended = time.time()
        delivery.tries.append(Try(began=began, seconds=ended - began, status=status))
        if 200 <= status < 300:
            delivery.acked_at = delivery.acked_at or ended
            return True
        return False

    def _signed(self, delivery: Delivery, secret: str, *, at: float) -> dict[str, str]:
        if delivery.source == "aftership":
            digest = hmac.new(secret.encode(), delivery.body, hashlib.sha256).digest()
            return {"aftership-hmac-sha256": base64.b64encode(digest).decode()}
        stamp = str(int(at))
        key = base64.b64decode(secret.removeprefix("whsec_"))
        content = f"{delivery.key}.{stamp}.".encode() + delivery.body
        signature = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
        return {
            "webhook-id": delivery.key,
            "webhook-timestamp": stamp,
            "webhook-signature": f"v1,{signature}",
            "content-type": "application/json",
        }
