"""Products and variants of a whole batch at once: the rules of `find_products`, with one read.

Goods that a source names anew, or that are known under another id, are left to `find_products`.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from core.stores.models import Store
from orders.imports.blank import blank
from orders.imports.lines import Lines, Spoken
from orders.imports.tables import insert_rows, missing_keys
from orders.ingest.snapshots import LineSnapshot
from orders.models import Product, Variant
from orders.operations.find_products import find_category, find_products, product_id, variant_id
from orders.operations.fit_row import fit
from orders.operations.join_products import line_stubs, possible_titles

Keys = tuple[int | None, int | None]
MOST_REMEMBERED = 200_000


class Goods:
    """What order lines speak of, remembered over the batches of one file."""

    def __init__(self, *, store: Store) -> None:
        self._store = store
        self._known: dict[tuple[str, Spoken], Keys] = {}
        self._unsure: list[tuple[str, Spoken]] = []

    def find(
        self, *, source: str, orders: Sequence[Lines], counts: Counter[str]
    ) -> dict[Spoken, Keys]:
        """Keys of product and variant for the lines of several orders, by `spoken(line)`.

        New ones are made in the order in which `find_products` would make them.
        """
        told = {said.goods for said in {said for lines in orders for said in lines.said}}
        found = {name: keys for name in told if (keys := self._known.get((source, name)))}
        for name in _folded(found):  # into another product, by a hook or by an order before
            del found[name], self._known[(source, name)]
        if told := told - found.keys():
            fresh: dict[Spoken, LineSnapshot] = {}
            for lines in orders:
                new = [said for said in lines.said if said.goods in told]
                for said in sorted(new, key=lambda said: (product_id(said.line), said.line.sku)):
                    fresh.setdefault(said.goods, said.line)
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
        """In the lines' order: new goods wait to go in together, until one needs the rules for one."""
        known = self._read(source, fresh.values())
        found: dict[Spoken, Keys] = {}
        new: New = {}
        was_hard = False
        for name, line in fresh.items():
            its_product, its_variant = product_id(line), variant_id(line)
            if not its_product:
                found[name] = (None, None)
            elif its_product in known.products and (
                not its_variant or its_variant in known.variants
            ):
                found[name] = (known.products[its_product], known.variants.get(its_variant))
            elif known.speaks_of(line):
                self._write(new, found, known, counts)
                new, was_hard = {}, True
                found[name] = self._one(source, line)
                known.learn(line, *found[name])
            else:
                product = self._product(source, line)
                variant = self._variant(source, line, its_variant) if its_variant else None
                new[name] = (line, product, variant)
                known.learn(line, None, None)
        self._write(new, found, known, counts)
        for name in _folded(found) if was_hard else ():
            found[name] = self._one(source, fresh[name])
        return found

    def _write(
        self, new: "New", found: dict[Spoken, Keys], known: "_Names", counts: Counter[str]
    ) -> None:
        insert_rows([product for _, product, _ in new.values()])
        for _, product, variant in new.values():
            if variant is not None:
                variant.product_id = product.pk
        insert_rows([variant for _, _, variant in new.values() if variant is not None])
        for name, (line, product, variant) in new.items():
            found[name] = (product.pk, variant.pk if variant else None)
            known.learn(line, *found[name])
        counts["products new"] += len(new)

    def _one(self, source: str, line: LineSnapshot) -> Keys:
        [(product, variant)] = find_products(store_id=self._store.pk, source=source, lines=[line])
        return product.pk if product else None, variant.pk if variant else None

    def _read(self, source: str, lines: Iterable[LineSnapshot]) -> "_Names":
        lines = list(lines)
        names = _Names()
        its_own = Product.objects.filter(store_id=self._store.pk, source=source)
        ids = {product_id(line) for line in lines}.union(*map(line_stubs, lines))
        names.products.update(its_own.filter(external_id__in=ids).values_list("external_id", "pk"))
        told = {line.sku.strip()[:120] for line in lines} - {""}
        rows = Variant.objects.filter(store_id=self._store.pk).filter(
            Q(source=source, external_id__in={variant_id(line) for line in lines} - {""})
            | Q(sku__in=told)
        )
        for its_source, external_id, sku, pk in rows.values_list(
            "source", "external_id", "sku", "pk"
        ):
            if its_source == source:
                names.variants[external_id] = pk
            names.skus.add(sku)
        names.skus.discard("")
        possible = {
            title
            for line in lines
            if not line.product_external_id
            for title in possible_titles(line.title)
        }
        if possible:
            of_title = its_own.filter(title__in=possible)
            names.titles.update(of_title.values_list("title", flat=True))
        return names

    def _product(self, source: str, line: LineSnapshot) -> Product:
        product = blank(Product)
        product.store_id, product.source = self._store.pk, source
        product.external_id = product_id(line)
        product.title = line.title or line.sku.strip()
        product.url, product.image_url = line.product_url, line.image_url
        if line.category:
            product.category = find_category(store_id=self._store.pk, name=line.category)
        fit(product)
        return product

    def _variant(self, source: str, line: LineSnapshot, external_id: str) -> Variant:
        variant = blank(Variant)
        variant.store_id, variant.source = self._store.pk, source
        variant.external_id = external_id
        variant.title = line.variant_title.replace("\x00", "")[:300]
        variant.sku = line.sku.strip()[:120].replace("\x00", "")
        return variant


New = dict[Spoken, tuple[LineSnapshot, Product, Variant | None]]


@dataclass(slots=True)
class _Names:
    """By what goods are known so far. A key of a product that waits to go in is not known yet."""

    products: dict[str, int] = field(default_factory=dict)
    variants: dict[str, int] = field(default_factory=dict)
    skus: set[str] = field(default_factory=set)
    titles: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)

    def speaks_of(self, line: LineSnapshot) -> bool:
        """May the line be about goods that are known under some name already?"""
        its_product, sku = product_id(line), line.sku.strip()[:120]
        ids = {its_product, *line_stubs(line)}
        return (
            not self.products.keys().isdisjoint(ids)
            or not self.waiting.isdisjoint(ids)
            or variant_id(line) in self.variants
            or sku in self.skus
            or (
                not line.product_external_id
                and not self.titles.isdisjoint(possible_titles(line.title))
            )
        )

    def learn(self, line: LineSnapshot, product: int | None, variant: int | None) -> None:
        if product is None:
            self.waiting.add(product_id(line))
        else:
            self.products[product_id(line)] = product
        if variant is not None:
            self.variants[variant_id(line)] = variant
        self.skus |= {line.sku.strip()[:120]} - {""}
        self.titles.add((line.title or line.sku.strip()).replace("\x00", "")[:300])


def _folded(found: dict[Spoken, Keys]) -> list[Spoken]:
    """Those whose product or variant is no more, since it was found to be one with another."""
    products = missing_keys(Product, {pk for pk, _ in found.values() if pk})
    variants = missing_keys(Variant, {pk for _, pk in found.values() if pk})
    if not products and not variants:
        return []
    return [
        name
        for name, (product, variant) in found.items()
        if product in products or variant in variants
    ]
