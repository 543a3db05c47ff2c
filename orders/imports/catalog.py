"""Products of a whole batch at once: the rules of `apply_product`, with one read and one write.

What those rules would join with another product or variant, or move from one to another, is left to
`apply_product` itself.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from core.stores.models import Store
from orders.imports.buyers import Hard
from orders.imports.tables import insert_rows, update_rows
from orders.ingest.snapshots import ProductSnapshot
from orders.models import Category, Product, Variant
from orders.operations.apply_product import (
    bring_up_to_date,
    fill_in,
    is_older,
    new_product,
    take_variant,
)
from orders.operations.find_products import category_name
from orders.operations.fit_row import identity
from orders.operations.join_products import is_another, is_stub, skus_of, stand_ins, variant_twin

Key = tuple[str, str]  # source, and what the source calls it


@dataclass(eq=False, slots=True)
class Shelf:
    """One product with its variants. `category` is the name of the one it is yet to get."""

    place: int
    product: Product
    variants: list[Variant] = field(default_factory=list)
    category: str = ""


@dataclass(frozen=True, slots=True)
class Spoken:
    """By what a record may find products: ids and stand-ins for them, handle, SKUs, variants' ids."""

    source: str
    external_id: str
    stand_ins: frozenset[str]
    handle: str
    skus: frozenset[str]
    variants: frozenset[str]

    @classmethod
    def of(cls, told: ProductSnapshot) -> "Spoken":
        return cls(
            source=told.source,
            external_id=told.external_id.replace("\x00", "").strip(),
            stand_ins=frozenset(stand_ins(told)),
            handle=told.handle[:255],
            skus=frozenset(skus_of(told)),
            variants=frozenset(
                one.external_id.replace("\x00", "").strip() for one in told.variants
            ),
        )


class Catalog:
    """The products of one batch. `load`, then `take` each record, then `save`."""

    def __init__(self, *, store: Store, now: datetime) -> None:
        self._store, self._now = store, now
        self._spoken: dict[int, Spoken] = {}
        self._shelves: list[Shelf] = []
        self._by_id: dict[Key, Shelf] = {}
        self._by_variant: dict[Key, Shelf] = {}
        self._by_handle: dict[Key, set[Shelf]] = {}
        self._by_sku: dict[Key, set[Shelf]] = {}
        self._products = _Changed()
        self._variants = _Changed()
        self._categories: set[str] = set()
        self._counts: Counter[str] = Counter()

    def load(self, told: Sequence[ProductSnapshot]) -> None:
        """Lock and read every product that the batch may speak of, with its variants."""
        spoken = self._spoken = {id(one): Spoken.of(one) for one in told}
        sources = {one.source for one in spoken.values()}
        of_variants = Variant.objects.filter(store_id=self._store.pk)
        ids = Q(source__in=sources, external_id__in=_all(spoken, "variants"))
        by_variant = of_variants.filter(ids | Q(sku__in=_all(spoken, "skus")))
        rows = Product.objects.filter(store_id=self._store.pk, source__in=sources).filter(
            Q(external_id__in={one.external_id for one in spoken.values()})
            | Q(external_id__in=_all(spoken, "stand_ins"))
            | Q(handle__in={one.handle for one in spoken.values()} - {""})
            | Q(pk__in=set(by_variant.values_list("product_id", flat=True)))
        )
        held = rows.select_for_update(of=("self",)).select_related("category").order_by("pk")
        shelves = {product.pk: self._add(product) for product in held}
        for variant in of_variants.filter(product_id__in=shelves).order_by("pk"):
            shelves[variant.product_id].variants.append(variant)
        for shelf in shelves.values():
            self._index(shelf)

    def names(self, told: ProductSnapshot) -> set[Hashable]:
        """Ids, handle and SKUs, and every product that goes by them now."""
        spoken = self._spoken[id(told)]
        source = spoken.source
        said: set[Hashable] = {("handle", source, spoken.handle)} if spoken.handle else set()
        said.update(("product", source, one) for one in {spoken.external_id, *spoken.stand_ins})
        said.update(("sku", source, sku) for sku in spoken.skus)
        said.update(("variant", source, one) for one in spoken.variants)
        said.update(self._found(spoken))
        return said

    def take(self, told: ProductSnapshot) -> None:
        """Raises `Hard`, `Unreadable`."""
        external_id = identity(told.external_id, of="product")
        shelf = self._shelf(told, external_id)
        made = shelf is None
        row = copy(shelf.product) if shelf else new_product(self._store.pk, told, external_id)
        variants = [copy(one) for one in shelf.variants] if shelf else []
        as_of = told.updated_at or self._now
        category = category_name(told.category)
        if told.is_excerpt and row.source_updated_at is not None:
            fill_in(row=row, told=told)
            if row.category_id is not None or (shelf and shelf.category):
                category = ""
        elif not made and is_older(row=row, as_of=as_of):
            category = ""
        else:
            bring_up_to_date(row=row, told=told, as_of=as_of)
            if told.deleted:
                category = ""
            else:
                self._bring_variants(shelf, row, variants, told)
        self._keep(shelf, row, variants, category)

    def save(self, counts: Counter[str]) -> None:
        """Write categories, products and variants, new ones and changed ones, and count records."""
        self._save_categories()
        insert_rows([one.product for one in self._shelves if one.product.pk is None])
        self._products.save()
        fresh: list[Variant] = []
        for shelf in self._shelves:
            for variant in shelf.variants:
                if variant.pk is None:
                    variant.product_id = shelf.product.pk
                    fresh.append(variant)
        insert_rows(fresh)
        self._variants.save()
        counts.update(self._counts)

    def _found(self, spoken: Spoken) -> Iterator[Shelf]:
        source = spoken.source
        ids = {spoken.external_id, *spoken.stand_ins}
        yield from (one for name in ids if (one := self._by_id.get((source, name))))
        yield from self._by_handle.get((source, spoken.handle), ())
        for name in spoken.variants:
            if shelf := self._by_variant.get((source, name)):
                yield shelf
        for sku in spoken.skus:
            yield from self._by_sku.get((source, sku), ())

    def _shelf(self, told: ProductSnapshot, external_id: str) -> Shelf | None:
        """The product told of, as `known_product` finds it; None for a new one."""
        spoken, source = self._spoken[id(told)], told.source
        twins = {one for name in spoken.stand_ins if (one := self._by_id.get((source, name)))}
        twins.update(*(self._by_sku.get((source, sku), ()) for sku in spoken.skus))
        twins = {one for one in twins if not is_another(row=one.product, told=told)}
        shelf = self._by_id.get((source, external_id))
        of_handle = self._by_handle.get((source, spoken.handle))
        if shelf is None and of_handle:
            first = min(of_handle, key=lambda one: one.place)
            if is_stub(external_id):
                shelf = first
            elif is_stub(first.product.external_id):
                raise Hard  # it takes the id that the shop tells
        elif shelf is None and is_stub(external_id) and twins:
            raise Hard
        if any(is_stub(one.product.external_id) for one in twins - {shelf}):
            raise Hard
        return shelf

    def _bring_variants(
        self, shelf: Shelf | None, row: Product, variants: list[Variant], told: ProductSnapshot
    ) -> None:
        """Bring `variants`, copies of the product's own, up to date, and new ones into them."""
        known = {one.external_id: one for one in variants if one.source == row.source}
        for one in sorted(told.variants, key=lambda said: said.external_id):
            external_id = identity(one.external_id, of="variant")
            if self._by_variant.get((row.source, external_id), shelf) is not shelf:
                raise Hard  # it moves from one product to another
            variant = known.get(external_id)
            twin = variant_twin(row=variant, told=one, of_product=list(known.values()))
            if twin is not None and (variant is None or is_stub(twin.external_id)):
                raise Hard
            if variant is None:
                variant = known[external_id] = Variant(
                    store_id=row.store_id,
                    source=row.source,
                    external_id=external_id,
                    product_id=row.pk,
                )
                variants.append(variant)
            take_variant(row=variant, told=one)

    def _keep(
        self, shelf: Shelf | None, row: Product, variants: list[Variant], category: str
    ) -> None:
        """Put the worked-out rows in the place of the old ones."""
        is_news = shelf is None
        if shelf is None:
            shelf = self._add(row)
        else:
            self._index(shelf, forget=True)
            is_news = self._products.note(shelf.product, row)
            for old, new in zip(shelf.variants, variants, strict=False):
                is_news |= self._variants.note(old, new)
            is_news |= len(variants) > len(shelf.variants)
        has = shelf.category or (row.category.name if row.category else "")
        if category and category != has:
            shelf.category, is_news = category, True
            self._categories.add(category)
        shelf.product, shelf.variants = row, variants
        self._index(shelf)
        self._counts["products taken in" if is_news else "products already there"] += 1

    def _add(self, product: Product) -> Shelf:
        shelf = Shelf(len(self._shelves), product)
        self._shelves.append(shelf)
        return shelf

    def _index(self, shelf: Shelf, *, forget: bool = False) -> None:
        product, source = shelf.product, shelf.product.source
        self._by_id[(source, product.external_id)] = shelf
        for one in shelf.variants:
            self._by_variant[(one.source, one.external_id)] = shelf
        names = [(self._by_handle, product.handle)] if product.handle else []
        names += [(self._by_sku, one.sku) for one in shelf.variants if one.sku]
        for index, name in names:
            if forget:
                index[(source, name)].discard(shelf)
            else:
                index.setdefault((source, name), set()).add(shelf)

    def _save_categories(self) -> None:
        if not self._categories:
            return
        known = Category.objects.filter(store_id=self._store.pk, name__in=self._categories)
        found = {one.name: one for one in known}
        names = sorted(self._categories - found.keys())
        fresh = [Category(store_id=self._store.pk, name=name) for name in names]
        insert_rows(fresh)
        found |= {one.name: one for one in fresh}
        for shelf in self._shelves:
            if shelf.category:
                before, shelf.product = shelf.product, copy(shelf.product)
                shelf.product.category = found[shelf.category]
                self._products.note(before, shelf.product)


class _Changed:
    """Rows of one table that have to be written again, and which of their columns."""

    def __init__(self) -> None:
        self._rows: dict[int, Any] = {}
        self._columns: set[str] = set()

    def note(self, old: models.Model, new: models.Model) -> bool:
        """Does `new` say anything else than `old`? Rows that are not in the table yet need no note."""
        names = [column.attname for column in type(new)._meta.concrete_fields]
        changed = {name for name in names if getattr(old, name) != getattr(new, name)}
        if changed and new.pk is not None:
            self._columns |= changed
            self._rows[new.pk] = new
        return bool(changed)

    def save(self) -> None:
        update_rows(list(self._rows.values()), self._columns)


def _all(spoken: dict[int, Spoken], name: str) -> set[str]:
    return set().union(*(getattr(one, name) for one in spoken.values()))
