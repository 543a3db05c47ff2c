"""A product as the shop lists it."""

from datetime import datetime

from core.stores.models import Store
from orders.ingest.snapshots import ProductSnapshot, VariantSnapshot
from orders.models import Product, Variant
from orders.operations.find_products import find_category
from orders.operations.fit_row import fit, identity
from orders.operations.join_products import (
    absorb_stubs,
    is_stub,
    known_product,
    known_variant,
    tie_lines,
)
from orders.operations.outcome import Outcome


def apply_product(*, product: ProductSnapshot, store: Store, now: datetime) -> Outcome:
    """Bring product and variants up to date; older news changes nothing.

    Variants the shop no longer lists stay, since orders speak of them. After-sale settings are
    taken only where the source states them: a merchant may have set their own here.
    """
    external_id = identity(product.external_id, of="product")
    row = known_product(store_id=store.pk, told=product, external_id=external_id)
    made = row is None
    if row is None:
        row, made = Product.objects.select_for_update().get_or_create(
            store_id=store.pk,
            source=product.source,
            external_id=external_id,
            defaults={"title": product.title.replace("\x00", "")[:300] or external_id},
        )
    joined = False
    if is_stub(row.external_id) and not is_stub(external_id):
        row.external_id = external_id
        row.save(update_fields=["external_id"])
        joined = True
    joined = absorb_stubs(product=row, told=product) or joined
    row.refresh_from_db()
    if product.is_excerpt and row.source_updated_at is not None:
        return _fill_in(row=row, product=product)
    as_of = product.updated_at or now
    if not made and row.source_updated_at is not None and as_of < row.source_updated_at:
        return Outcome("ignored", "Newer news of this product is known.")
    row.source_updated_at = None if product.is_excerpt else as_of
    if product.deleted:
        row.deleted_at = as_of
        row.save(update_fields=["source_updated_at", "deleted_at"])
        return Outcome("applied")
    row.deleted_at = None
    row.title = product.title or row.title
    row.handle = product.handle or row.handle
    row.url, row.image_url = product.url or row.url, product.image_url or row.image_url
    row.category = find_category(store_id=store.pk, name=product.category) or row.category
    for name in ("review_delay_days", "replenish_after_days"):
        if (days := getattr(product, name)) is not None:
            setattr(row, name, days)
    fit(row)
    row.save()
    for variant in sorted(product.variants, key=lambda told: told.external_id):
        _keep_variant(product=row, told=variant)
    if joined:
        tie_lines(product=row)
    return Outcome("applied")


def _fill_in(*, row: Product, product: ProductSnapshot) -> Outcome:
    """What a file without dates adds to a product that the shop itself has told of."""
    before = (row.handle, row.category_id, row.review_delay_days, row.replenish_after_days)
    row.handle = row.handle or product.handle
    row.category = row.category or find_category(store_id=row.store_id, name=product.category)
    for name in ("review_delay_days", "replenish_after_days"):
        if getattr(row, name) is None:
            setattr(row, name, getattr(product, name))
    fit(row)
    if before == (row.handle, row.category_id, row.review_delay_days, row.replenish_after_days):
        return Outcome("ignored", "The shop itself has told of this product.")
    row.save()
    return Outcome("applied")


def _keep_variant(*, product: Product, told: VariantSnapshot) -> None:
    external_id = identity(told.external_id, of="variant")
    row = known_variant(product=product, told=told) or Variant(
        store_id=product.store_id, source=product.source, external_id=external_id
    )
    if is_stub(row.external_id):
        row.external_id = external_id
    row.product = product
    row.title, row.sku = told.title, told.sku.strip()
    row.price_minor = told.price.minor if told.price is not None else None
    row.pack_size = max(told.pack_size, 1)
    row.image_url = told.image_url
    fit(row)
    row.save()
