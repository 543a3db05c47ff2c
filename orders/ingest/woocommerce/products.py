"""WooCommerce's product.* bodies."""

from datetime import datetime
from typing import Any

from orders.ingest.reading import first_text, identifier, link, objects, require, text
from orders.ingest.snapshots import Ignored, News, ProductSnapshot, Unreadable
from orders.ingest.woocommerce.fields import SOURCE, only_an_id, when, words


def read_product(*, body: dict[str, Any], received_at: datetime, currency: str) -> list[News]:
    """product.created, updated, restored. Its variations are ids only and come with the orders."""
    require(body, "id", "name", "type", "permalink", what="WooCommerce product")
    if "line_items" in body:
        raise Unreadable("The body is an order, not a product.")
    if text(body["type"]).endswith("variation"):
        return [Ignored("A variation; what it is called comes with the orders that hold it.")]
    pictures = objects(body.get("images"), what="images")
    kinds = objects(body.get("categories"), what="categories")
    return [
        ProductSnapshot(
            source=SOURCE,
            external_id=identifier(body["id"], what="id"),
            title=first_text([words(body["name"]), body.get("slug"), body["id"]]),
            currency=currency,
            url=link(body["permalink"], limit=500),
            image_url=next((url for one in pictures if (url := link(one.get("src")))), ""),
            category=first_text([words(kind.get("name")) for kind in kinds], limit=200),
            updated_at=when(body, "date_modified") or when(body, "date_created"),
            deleted=text(body.get("status")) == "trash",
        )
    ]


def read_deletion(*, body: dict[str, Any], received_at: datetime, currency: str) -> list[News]:
    """product.deleted is the id alone."""
    gone = identifier(only_an_id(body, what="a product"), what="id")
    return [ProductSnapshot(source=SOURCE, external_id=gone, title="", deleted=True)]
