"""Shopify's webhooks: their signature, their repeats, and one reader per topic."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from orders.ingest.reading import as_object, read_json
from orders.ingest.shopify import customers, orders, parcels, privacy, products, refunds
from orders.ingest.signatures import signed_base64
from orders.ingest.snapshots import Ignored, News, Unreadable
from orders.ingest.source import Headers, Source, body_hash, clean_topic, key_of

Reader = Callable[..., list[News]]

READERS: Mapping[str, Reader] = {
    "orders/create": orders.read_order,
    "orders/paid": orders.read_order,
    "orders/updated": orders.read_order,
    "orders/fulfilled": orders.read_order,
    "orders/partially_fulfilled": orders.read_order,
    "orders/cancelled": orders.read_order,
    "orders/edited": orders.read_edit,
    "orders/delete": orders.read_deletion,
    "fulfillments/create": parcels.read_fulfillment,
    "fulfillments/update": parcels.read_fulfillment,
    "fulfillment_events/create": parcels.read_event,
    "fulfillment_events/delete": parcels.read_event_deletion,
    "refunds/create": refunds.read_refund,
    "customers/create": customers.read_customer,
    "customers/update": customers.read_customer,
    "customers/enable": customers.read_customer,
    "customers/disable": customers.read_customer,
    "customers/delete": customers.read_deletion,
    "customers/merge": customers.read_merge,
    "customers_email_marketing_consent/update": customers.read_consent,
    "products/create": products.read_product,
    "products/update": products.read_product,
    "products/delete": products.read_deletion,
    "customers/data_request": privacy.read_data_request,
    "customers/redact": privacy.read_customer_redact,
    "shop/redact": privacy.read_shop_redact,
}
REASONS = {
    "app/uninstalled": "The shop removed the app; it says so again 48 hours later as shop/redact.",
}
TOPICS = (
    "Order creation, Order payment, Order update, Order fulfillment, Order cancellation, "
    "Order deletion, Fulfillment creation, Fulfillment update, Fulfillment event creation, "
    "Refund create, Customer creation, Customer update, Customer deletion, Customer merge, "
    "Customer email marketing consent update, Product creation, Product update, Product deletion"
)


class Shopify(Source):
    name = "shopify"
    label = "Shopify"
    bare_topics = ("orders/delete", "products/delete")
    kept_headers = (
        "x-shopify-topic",
        "x-shopify-webhook-id",
        "x-shopify-event-id",
        "x-shopify-shop-domain",
        "x-shopify-api-version",
        "x-shopify-triggered-at",
        "shopify-topic",
        "shopify-webhook-id",
        "shopify-shop-domain",
        "shopify-api-version",
    )

    def clicks(self, *, url: str, secret: str) -> str:
        return (
            "In Shopify: Settings → Notifications → Webhooks → Create webhook.\n"
            f"  Event: each of {TOPICS}.\n"
            "  Format: JSON.   Webhook API version: 2026-04.\n"
            f"  URL: {url}\n"
            "Shopify chooses the secret and shows it on the same page under “Your webhooks will be "
            "signed with”.\n"
            "Give it to us:  manage.py connect shopify --store <store> --secret <that text> "
            "--shop <name>.myshopify.com\n"
            "Then “Send test notification” there: the notice shows in the dashboard within seconds."
        )

    def is_genuine(
        self, *, body: bytes, headers: Headers, secrets: Sequence[str], now: datetime
    ) -> bool:
        return signed_base64(body=body, signature=_header(headers, "hmac-sha256"), secrets=secrets)

    def topic(self, *, body: bytes, headers: Headers) -> str:
        return clean_topic(_header(headers, "topic"))

    def dedup_key(self, *, body: bytes, headers: Headers, topic: str) -> str:
        delivery = _header(headers, "webhook-id")
        return key_of("id", delivery) if delivery else key_of("body", topic, body_hash(body))

    def parse(
        self,
        *,
        topic: str,
        body: bytes,
        headers: Headers,
        received_at: datetime,
        currency: str = "",
    ) -> list[News]:
        if not topic:
            raise Unreadable("The delivery names no topic, so nobody can tell what it is.")
        reader = READERS.get(topic)
        if reader is None:
            return [Ignored(REASONS.get(topic, f"Nothing here follows from {topic}."))]
        read = as_object(read_json(body), what="The body")
        return reader(body=read, received_at=received_at, currency=currency)


def _header(headers: Headers, name: str) -> str:
    """Shopify sends ``X-Shopify-…``; its newer library reads the same names without the X."""
    return headers.get(f"x-shopify-{name}") or headers.get(f"shopify-{name}") or ""
