"""A product as the shop lists it."""

from datetime import datetime

from core.stores.models import Store
from orders.ingest.snapshots import ProductSnapshot, VariantSnapshot
from orders.models import Product, Variant
from orders.operations.find_products import find_category
from orders.operations.fit_row import fit, identity
from orders.operations.outcome import Outcome


def apply_product(*, product: ProductSnapshot, store: Store, now: datetime) -> Outcome:
    """Bring product and variants up to date; older news changes nothing.

    Variants the shop no longer lists stay, since orders speak of them. After-sale settings are
    taken only where the source states them: a merchant may have set their own here.
    """
    external_id = identity(product.external_id, of="product")
    row, made = Product.objects.select_for_update().get_or_create(
        store_id=store.pk,
        source=product.source,
        external_id=external_id,
        defaults={"title": product.title.replace("\x00", "")[:300] or external_id},
    )
    as_of = product.updated_at or now
    if not made and row.source_updated_at is not None and as_of < row.source_updated_at:
        return Outcome("ignored", "Newer news of this product is known.")
    row.source_updated_at = as_of
    if product.deleted:
        row.deleted_at = as_of
        row.save(update_fields=["source_updated_at", "deleted_at"])
        return Outcome("applied")
    row.deleted_at = None
    row.title = product.title or row.title
    row.url, row.image_url = product.url or row.url, product.image_url or row.image_url
    row.category = find_category(store_id=store.pk, name=product.category) or row.category
    for name in ("review_delay_days", "replenish_after_days"):
        if (days := getattr(product, name)) is not None:
            setattr(row, name, days)
    fit(row)
    row.save()
    for variant in sorted(product.variants, key=lambda told: told.external_id):
        _keep_variant(product=row, told=variant)
    return Outcome("applied")


def _keep_variant(*, product: Product, told: VariantSnapshot) -> None:
    row = Variant(
        store_id=product.store_id,
        product=product,
        source=product.source,
        external_id=identity(told.external_id, of="variant"),
        title=told.title,
        sku=told.sku.strip(),
        price_minor=told.price.minor if told.price is not None else None,
        pack_size=max(told.pack_size, 1),
        image_url=told.image_url,
    )
    fit(row)
    columns = ("product", "title", "sku", "price_minor", "pack_size", "image_url")
    Variant.objects.update_or_create(
        store_id=row.store_id,
        source=row.source,
        external_id=row.external_id,
        defaults={name: getattr(row, name) for name in columns},
    )
