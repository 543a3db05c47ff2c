"""Products and variants of a whole batch at once: the rules of `find_products`, with one read.

Goods that a source names anew, or that are known under another id, are left to `find_products`.
"""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Q

from core.stores.models import Store
from orders.imports.tables import insert_rows
from orders.ingest.snapshots import LineSnapshot
from orders.models import Product, Variant
from orders.operations.find_products import find_category, find_products, product_id, variant_id
from orders.operations.fit_row import fit

Keys = tuple[int | None, int | None]
Spoken = tuple[str, str, str]
MOST_REMEMBERED = 200_000


class Goods:
    """What order lines speak of, remembered over the batches of one file."""

    def __init__(self, *, store: Store) -> None:
        self._store = store
        self._known: dict[tuple[str, Spoken], Keys] = {}
        self._unsure: list[tuple[str, Spoken]] = []

    def find(
        self, *, source: str, lines: Iterable[LineSnapshot], counts: Counter[str]
    ) -> dict[Spoken, Keys]:
        """Keys of product and variant by `spoken(line)`, new ones made in the order of the lines."""
        fresh: dict[Spoken, LineSnapshot] = {}
        found: dict[Spoken, Keys] = {}
        for line in lines:
            name = spoken(line)
            if name in found or name in fresh:
                continue
            known = self._known.get((source, name))
            if known is None:
                fresh[name] = line
            else:
                found[name] = known
        if fresh:
            made = self._resolve(source, fresh, counts)
            found |= made
            if len(self._known) > MOST_REMEMBERED:
                self._known.clear()
            for name, keys in made.items():
                self._known[(source, name)] = keys
                self._unsure.append((source, name))
        return found

    def committed(self) -> None:
        """The batch stands, and so do its goods."""
        self._unsure.clear()

    def rolled_back(self) -> None:
        """Forget the goods of a batch that does not stand."""
        for name in self._unsure:
            self._known.pop(name, None)
        self._unsure.clear()

    def _resolve(
        self, source: str, fresh: dict[Spoken, LineSnapshot], counts: Counter[str]
    ) -> dict[Spoken, Keys]:
        products, variants, skus = self._read(source, fresh.values())
        found: dict[Spoken, Keys] = {}
        new_products: dict[str, Product] = {}
        new_variants: dict[Spoken, tuple[Product, Variant | None]] = {}
        hard: list[Spoken] = []
        for name, line in fresh.items():
            its_product, its_variant = product_id(line), variant_id(line)
            sku = line.sku.strip()[:120]
            if not its_product:
                found[name] = (None, None)
            elif its_product in products and (not its_variant or its_variant in variants):
                found[name] = (products[its_product], variants.get(its_variant))
            elif its_product in products or its_variant in variants or sku in skus:
                hard.append(name)
            elif sku and its_product in new_products:
                hard.append(name)  # a second variant of it
            else:
                made = new_products.get(its_product) or self._product(source, line)
                new_products[its_product] = made
                variant = self._variant(source, line, its_variant) if its_variant else None
                new_variants[name] = (made, variant)
                if sku:
                    skus.add(sku)
        insert_rows(list(new_products.values()))
        for product, variant in new_variants.values():
            if variant is not None:
                variant.product_id = product.pk
        insert_rows([one for _, one in new_variants.values() if one is not None])
        for name, (product, variant) in new_variants.items():
            found[name] = (product.pk, variant.pk if variant else None)
        counts["products new"] += len(new_products)
        for name in hard:
            [(kept, kept_variant)] = find_products(
                store_id=self._store.pk, source=source, lines=[fresh[name]]
            )
            found[name] = (
                kept.pk if kept else None,
                kept_variant.pk if kept_variant else None,
            )
        return found

    def _read(
        self, source: str, lines: Iterable[LineSnapshot]
    ) -> tuple[dict[str, int], dict[str, int], set[str]]:
        lines = list(lines)
        products = Product.objects.filter(
            store_id=self._store.pk, source=source, external_id__in={product_id(x) for x in lines}
        ).values_list("external_id", "pk")
        told = {line.sku.strip()[:120] for line in lines} - {""}
        rows = Variant.objects.filter(store_id=self._store.pk).filter(
            Q(source=source, external_id__in={variant_id(line) for line in lines} - {""})
            | Q(sku__in=told)
        )
        variants, skus = {}, set()
        for its_source, external_id, sku, pk in rows.values_list(
            "source", "external_id", "sku", "pk"
        ):
            if its_source == source:
                variants[external_id] = pk
            skus.add(sku)
        return dict(products), variants, skus - {""}

    def _product(self, source: str, line: LineSnapshot) -> Product:
        product = Product(
            store_id=self._store.pk,
            source=source,
            external_id=product_id(line),
            title=line.title or line.sku.strip(),
            url=line.product_url,
            image_url=line.image_url,
            category=find_category(store_id=self._store.pk, name=line.category),
        )
        fit(product)
        return product

    def _variant(self, source: str, line: LineSnapshot, external_id: str) -> Variant:
        return Variant(
            store_id=self._store.pk,
            source=source,
            external_id=external_id,
            title=line.variant_title.replace("\x00", "")[:300],
            sku=line.sku.strip()[:120].replace("\x00", ""),
        )


def spoken(line: LineSnapshot) -> Spoken:
    """By what a line's goods are known."""
    if line.product_external_id:
        return (line.product_external_id, line.variant_external_id, line.sku)
    return ("", line.variant_external_id, line.sku or line.title)
