"""Shopify's products/* bodies."""

from datetime import datetime
from typing import Any

from orders.ingest.reading import (
    first_text,
    identifier,
    link,
    maybe_identifier,
    maybe_object,
    moment,
    money,
    objects,
    require,
    text,
)
from orders.ingest.shopify.fields import SOURCE, check_kind, unwrapped
from orders.ingest.snapshots import News, ProductSnapshot, Unreadable, VariantSnapshot


def read_product(*, body: dict[str, Any], received_at: datetime, currency: str) -> list[News]:
    """products/create and update. Shopify names no currency here: prices are the store's."""
    body = unwrapped(body, "product")
    require(body, "id", "title", "variants", what="Shopify product")
    check_kind(body, "Product")
    image = link(maybe_object(body.get("image")).get("src"))
    category = maybe_object(body.get("category"))
    return [
        ProductSnapshot(
            source=SOURCE,
            external_id=identifier(body["id"], what="id"),
            handle=text(body.get("handle"), limit=255),
            title=first_text([body["title"], body.get("handle"), body["id"]]),
            currency=currency,
            image_url=image,
            category=first_text([body.get("product_type"), category.get("name")], limit=200),
            updated_at=moment(body.get("updated_at"), what="updated_at"),
            variants=tuple(
                _variant(one, body, currency=currency)
                for one in objects(body["variants"], what="variants")
            ),
        )
    ]


def _variant(variant: dict[str, Any], product: dict[str, Any], *, currency: str) -> VariantSnapshot:
    title = text(variant.get("title"))
    pictures = {
        maybe_identifier(image.get("id")): link(image.get("src"))
        for image in objects(product.get("images"), what="images")
    }
    return VariantSnapshot(
        external_id=identifier(variant.get("id"), what="A variant's id"),
        title="" if title == "Default Title" else title,
        sku=text(variant.get("sku"), limit=120),
        price=(
            money(variant.get("price"), currency=currency, what="A variant's price")
            if currency and variant.get("price") is not None
            else None
        ),
        image_url=pictures.get(maybe_identifier(variant.get("image_id")), ""),
    )


def read_deletion(*, body: dict[str, Any], received_at: datetime, currency: str) -> list[News]:
    """products/delete is the id alone."""
    if set(body) != {"id"}:
        raise Unreadable("The body is no Shopify product deletion: it holds more than an id.")
    gone = identifier(body["id"], what="id")
    return [ProductSnapshot(source=SOURCE, external_id=gone, title="", deleted=True)]
