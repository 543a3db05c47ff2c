"""WooCommerce's webhooks: their signature, their ping, their repeats, and one reader per topic."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from orders.ingest.reading import as_object, read_json
from orders.ingest.signatures import signed_base64
from orders.ingest.snapshots import Ignored, News, Unreadable
from orders.ingest.source import Headers, Source, body_hash, clean_topic, key_of
from orders.ingest.woocommerce import orders, people, products

Reader = Callable[..., list[News]]

READERS: Mapping[str, Reader] = {
    "order.created": orders.read_order,
    "order.updated": orders.read_order,
    "order.restored": orders.read_order,
    "order.deleted": orders.read_deletion,
    "customer.created": people.read_customer,
    "customer.updated": people.read_customer,
    "customer.deleted": people.read_deletion,
    "product.created": products.read_product,
    "product.updated": products.read_product,
    "product.restored": products.read_product,
    "product.deleted": products.read_deletion,
}
PING = re.compile(rb"webhook_id=[0-9]{1,20}")


class WooCommerce(Source):
    name = "woocommerce"
    label = "WooCommerce"
    bare_topics = ("order.deleted", "customer.deleted", "product.deleted")
    kept_headers = (
        "x-wc-webhook-topic",
        "x-wc-webhook-resource",
        "x-wc-webhook-event",
        "x-wc-webhook-id",
        "x-wc-webhook-delivery-id",
        "x-wc-webhook-source",
    )

    def clicks(self, *, url: str, secret: str) -> str:
        return (
            "In WordPress: WooCommerce → Settings → Advanced → Webhooks → Add webhook, once for\n"
            "each topic: Order created, Order updated, Order deleted, Order restored, Customer "
            "created,\nCustomer updated, Customer deleted, Product created, Product updated, "
            "Product deleted.\n"
            "  Status: Active.   API version: WP REST API Integration v3.\n"
            f"  Delivery URL: {url}\n"
            f"  Secret: {secret}\n"
            "The user who saves it must be allowed to read orders, customers and products: "
            "WooCommerce sends\nempty bodies otherwise. Saving sends a ping; if it is refused the "
            "webhook is not saved as active."
        )

    def is_genuine(
        self, *, body: bytes, headers: Headers, secrets: Sequence[str], now: datetime
    ) -> bool:
        signature = headers.get("x-wc-webhook-signature", "")
        return signed_base64(body=body, signature=signature, secrets=secrets)

    def is_ping(self, *, body: bytes, headers: Headers) -> bool:
        """Saving a webhook posts ``webhook_id=7`` as a form, unsigned; anything but 200 fails it."""
        return "x-wc-webhook-signature" not in headers and PING.fullmatch(body) is not None

    def topic(self, *, body: bytes, headers: Headers) -> str:
        return clean_topic(headers.get("x-wc-webhook-topic", ""))

    def dedup_key(self, *, body: bytes, headers: Headers, topic: str) -> str:
        """The delivery id hashes webhook id and second: two orders of one second would share it.

        Of a bare number it says which deletion it was: an order may be restored and deleted again.
        """
        resource = clean_topic(headers.get("x-wc-webhook-resource", ""))
        parts = [resource, topic, body_hash(body)]
        delivery = headers.get("x-wc-webhook-delivery-id", "")
        if delivery and topic in self.bare_topics:
            parts.append(delivery)
        return key_of(*parts)

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
            return [Ignored(f"Nothing here follows from {topic}.")]
        read = read_json(body)
        if read == []:
            raise Unreadable(
                "WooCommerce sent an empty body: the user who saved the webhook may not read this. "
                "Save the webhook again as an administrator."
            )
        return reader(
            body=as_object(read, what="The body"), received_at=received_at, currency=currency
        )
