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
        fresh = new_product(store.pk, product, external_id)
        row, made = Product.objects.select_for_update().get_or_create(
            store_id=store.pk,
            source=product.source,
            external_id=external_id,
            defaults={"title": fresh.title},
        )
    joined = False
    if is_stub(row.external_id) and not is_stub(external_id):
        row.external_id = external_id
        row.save(update_fields=["external_id"])
        joined = True
    joined = absorb_stubs(product=row, told=product) or joined
    row.refresh_from_db()
    if product.is_excerpt and row.source_updated_at is not None:
        is_news = fill_in(row=row, told=product)
        if row.category_id is None:
            row.category = find_category(store_id=store.pk, name=product.category)
            is_news = is_news or row.category is not None
        if not is_news:
            return Outcome("ignored", "The shop itself has told of this product.")
        row.save()
        return Outcome("applied")
    as_of = product.updated_at or now
    if not made and is_older(row=row, as_of=as_of):
        return Outcome("ignored", "Newer news of this product is known.")
    bring_up_to_date(row=row, told=product, as_of=as_of)
    if product.deleted:
        row.save(update_fields=["source_updated_at", "deleted_at"])
        return Outcome("applied")
    row.category = find_category(store_id=store.pk, name=product.category) or row.category
    row.save()
    for variant in sorted(product.variants, key=lambda told: told.external_id):
        _keep_variant(product=row, told=variant)
    if joined:
        tie_lines(product=row)
    return Outcome("applied")


def new_product(store_id: int, told: ProductSnapshot, external_id: str) -> Product:
    """A product not met before, with as much as a row must have. Not saved."""
    title = told.title.replace("\x00", "")[:300] or external_id
    return Product(store_id=store_id, source=told.source, external_id=external_id, title=title)


def is_older(*, row: Product, as_of: datetime) -> bool:
    """Has newer news told of the product than that of `as_of`?"""
    return row.source_updated_at is not None and as_of < row.source_updated_at


def bring_up_to_date(*, row: Product, told: ProductSnapshot, as_of: datetime) -> None:
    """Write what newer news says of all but category and variants. Does not save."""
    row.source_updated_at = None if told.is_excerpt else as_of
    if told.deleted:
        row.deleted_at = as_of
        return
    row.deleted_at = None
    row.title = told.title or row.title
    row.handle = told.handle or row.handle
    row.url, row.image_url = told.url or row.url, told.image_url or row.image_url
    for name in ("review_delay_days", "replenish_after_days"):
        if (days := getattr(told, name)) is not None:
            setattr(row, name, days)
    fit(row)


def fill_in(*, row: Product, told: ProductSnapshot) -> bool:
    """What a file without dates adds to a product that the shop itself has told of, but for its
    category; whether it added anything. Does not save."""
    before = (row.handle, row.review_delay_days, row.replenish_after_days)
    row.handle = row.handle or told.handle
    for name in ("review_delay_days", "replenish_after_days"):
        if getattr(row, name) is None:
            setattr(row, name, getattr(told, name))
    fit(row)
    return before != (row.handle, row.review_delay_days, row.replenish_after_days)


def take_variant(*, row: Variant, told: VariantSnapshot) -> None:
    """Write what is told of a variant. Does not save."""
    row.title, row.sku = told.title, told.sku.strip()
    row.price_minor = told.price.minor if told.price is not None else None
    row.pack_size = max(told.pack_size, 1)
    row.image_url = told.image_url
    fit(row)


def _keep_variant(*, product: Product, told: VariantSnapshot) -> None:
    external_id = identity(told.external_id, of="variant")
    row = known_variant(product=product, told=told, external_id=external_id) or Variant(
        store_id=product.store_id, source=product.source, external_id=external_id
    )
    if is_stub(row.external_id):
        row.external_id = external_id
    row.product = product
    take_variant(row=row, told=told)
    row.save()
