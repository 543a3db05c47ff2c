"""Shops of our own on this machine, as their documentation describes them. No test asks a live one."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwKEqzTWEUZTI="


@dataclass
class Call:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Fake:
    """A shop: what it was asked, and what it answers. `broken` is answered first, once each."""

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    broken: list[tuple[int, dict[str, str], Any]] = field(default_factory=list)
    lose_answers: int = 0

    def answer(self, call: Call) -> tuple[int, Any]:
        return 200, {}


@dataclass
class FakeReceiver(Fake):
    """Somebody's own system, which checks signatures with the standard's own library."""

    heard: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, call: Call) -> tuple[int, Any]:
        raw = json.dumps(call.body, ensure_ascii=False, separators=(",", ":"))
        self.heard.append(Webhook(SECRET).verify(raw, call.headers))
        return 200, {}


@dataclass
class FakeShopify(Fake):
    """The Admin GraphQL API for a few orders. Refunds know their keys, codes are unique."""

    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    codes: dict[str, dict[str, Any]] = field(default_factory=dict)

    def answer(self, call: Call) -> tuple[int, Any]:
        if call.headers.get("x-shopify-access-token") != "shpat_right":
            return 401, {"errors": "[API] Invalid API key or access token"}
        query, told = call.body["query"], call.body["variables"]
        for name in ("orderCancel", "orderUpdate", "refundCreate", "discountCodeBasicCreate"):
            if name in query:
                return 200, {"data": {name: getattr(self, f"do_{name}")(told)}}
        if "query Test" in query:
            return 200, {"data": {"shop": {"name": "Lipa"}}}
        return 200, {"data": {"order": self.orders.get(told["id"])}}

    def do_orderCancel(self, told: dict[str, Any]) -> dict[str, Any]:
        order = self.orders.get(told["id"])
        if order is None or order.get("cancelledAt"):
            words = "Order does not exist" if order is None else "Order already cancelled"
            error = {"field": ["orderId"], "message": words, "code": "INVALID"}
            return {"job": None, "orderCancelUserErrors": [error]}
        order["cancelledAt"] = "2026-03-03T12:00:00Z"
        return {"job": {"id": "gid://shopify/Job/1"}, "orderCancelUserErrors": []}

    def do_orderUpdate(self, told: dict[str, Any]) -> dict[str, Any]:
        given = dict(told["input"])
        order = self.orders[given.pop("id")]
        order.update(given)
        return {"order": {"id": order["id"]}, "userErrors": []}

    def do_refundCreate(self, told: dict[str, Any]) -> dict[str, Any]:
        self.refunds.setdefault(told["key"], told["input"])
        return {"refund": {"id": "gid://shopify/Refund/9"}, "userErrors": []}

    def do_discountCodeBasicCreate(self, told: dict[str, Any]) -> dict[str, Any]:
        voucher = told["voucher"]
        if voucher["code"] in self.codes:
            error = {"field": ["code"], "code": "TAKEN", "message": "Code must be unique."}
            return {"codeDiscountNode": None, "userErrors": [error]}
        self.codes[voucher["code"]] = voucher
        return {"codeDiscountNode": {"id": "gid://shopify/Code/3"}, "userErrors": []}


@dataclass
class FakeWoo(Fake):
    """The REST API v3 for a few orders. It makes whatever it is told to make, as often as told."""

    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: list[dict[str, Any]] = field(default_factory=list)
    coupons: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, call: Call) -> tuple[int, Any]:
        if call.headers.get("authorization") != "Basic Y2tfa2V5OmNzX3NlY3JldA==":
            return 401, {"code": "woocommerce_rest_cannot_view", "message": "Sorry, no."}
        path = call.path.removeprefix("/wp-json/wc/v3/").partition("?")[0]
        if path == "coupons":
            return self.make_coupon(call.body)
        if path == "orders":
            return 200, list(self.orders.values())[:1]
        number, _, rest = path.removeprefix("orders/").partition("/")
        order = self.orders.get(number)
        if order is None:
            return 404, {"code": "woocommerce_rest_shop_order_invalid_id", "message": "Invalid ID."}
        if rest == "refunds":
            if call.method == "GET":
                return 200, self.refunds
            self.refunds.append({"id": len(self.refunds) + 1, **call.body})
            return 201, self.refunds[-1]
        if call.method == "PUT":
            order.update(call.body)
        return 200, order

    def make_coupon(self, body: dict[str, Any]) -> tuple[int, Any]:
        if any(row["code"] == body["code"] for row in self.coupons):
            code = "woocommerce_rest_coupon_code_already_exists"
            return 400, {"code": code, "message": "The coupon code already exists"}
        self.coupons.append({"id": len(self.coupons) + 1, **body})
        return 201, self.coupons[-1]


@contextmanager
def served(fake: Fake) -> Iterator[Any]:
    """The fake behind a port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(fake))
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _handler(fake: Fake) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            call = Call(
                method=self.command,
                path=self.path,
                headers={name.lower(): value for name, value in self.headers.items()},
                body=json.loads(raw) if raw else None,
            )
            fake.calls.append(call)
            extra: dict[str, str] = {}
            if fake.broken:
                status, extra, told = fake.broken.pop(0)
            else:
                status, told = fake.answer(call)
            if fake.lose_answers:
                fake.lose_answers -= 1
                self.close_connection = True
                return
            body = json.dumps(told).encode()
            self.send_response(status)
            for name, value in {**extra, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = _serve

        def log_message(self, *args: Any) -> None:
            pass

    return Handler
