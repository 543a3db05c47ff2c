"""Our own type ``product``."""

from datetime import datetime
from typing import Any

from orders.ingest.generic.fields import SOURCE, flag, id_of, only
from orders.ingest.reading import currency_code, link, moment, money, objects, text, whole
from orders.ingest.snapshots import News, ProductSnapshot, Unreadable, VariantSnapshot

PRODUCT = frozenset(
    [
        "id",
        "title",
        "currency",
        "url",
        "image_url",
        "category",
        "updated_at",
        "variants",
        "review_delay_days",
        "replenish_after_days",
        "deleted",
    ]
)
VARIANT = frozenset(["id", "title", "sku", "price", "pack_size", "image_url"])


def read_product(*, data: Any, received_at: datetime, currency: str) -> list[News]:
    """A product with its after-sale defaults."""
    body = only(data, PRODUCT, what="product")
    code = currency_code(body.get("currency") or currency)
    deleted = flag(body.get("deleted"), what="deleted")
    title = text(body.get("title"))
    if not title and not deleted:
        raise Unreadable("The product has no title.")
    return [
        ProductSnapshot(
            source=SOURCE,
            external_id=id_of(body, what="product"),
            title=title,
            currency=code,
            url=link(body.get("url"), limit=500),
            image_url=link(body.get("image_url")),
            category=text(body.get("category"), limit=200),
            updated_at=moment(body.get("updated_at"), what="The product's updated_at"),
            variants=tuple(
                _variant(one, currency=code)
                for one in objects(body.get("variants"), what="variants")
            ),
            review_delay_days=whole(
                body.get("review_delay_days"), what="review_delay_days", least=1, most=365
            ),
            replenish_after_days=whole(
                body.get("replenish_after_days"), what="replenish_after_days", least=1, most=3650
            ),
            deleted=deleted,
        )
    ]


def _variant(value: Any, *, currency: str) -> VariantSnapshot:
    body = only(value, VARIANT, what="variant")
    return VariantSnapshot(
        external_id=id_of(body, what="variant"),
        title=text(body.get("title")),
        sku=text(body.get("sku"), limit=120),
        price=(
            money(body["price"], currency=currency, what="The variant's price")
            if body.get("price") is not None
            else None
        ),
        pack_size=whole(body.get("pack_size"), what="pack_size", least=1, most=100_000) or 1,
        image_url=link(body.get("image_url")),
    )
