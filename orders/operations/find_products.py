"""The goods that order lines speak of: found by source id, then SKU, then title, or made."""

from collections.abc import Sequence

from core.stores.plain import read
from orders.ingest.snapshots import LineSnapshot
from orders.models import Category, Product, Variant
from orders.operations.fit_row import fit
from orders.operations.join_products import (
    absorb,
    is_stub,
    line_stubs,
    named_by_title,
    stub_id,
)

Goods = tuple[Product | None, Variant | None]


def find_category(*, store_id: int, name: str) -> Category | None:
    """The category of that name, made where it is new; None without a name."""
    name = category_name(name)
    if not name:
        return None
    return Category.objects.get_or_create(store_id=store_id, name=name)[0]


def category_name(text: str) -> str:
    """A category's name as it is kept; empty for none."""
    return text.replace("\x00", "").strip()[:200]


def find_products(*, store_id: int, source: str, lines: Sequence[LineSnapshot]) -> list[Goods]:
    """Product and variant of each line, in the lines' order. Two reads where all are known.

    New ones are made in the order of their ids, so that rivals never wait for each other in a ring.
    """
    products, variants = _known(store_id=store_id, source=source, lines=lines)
    found: dict[int, Goods] = {}
    order = sorted(range(len(lines)), key=lambda at: (product_id(lines[at]), lines[at].sku))
    for at in order:
        line = lines[at]
        if not product_id(line):
            found[at] = (None, None)
            continue
        product = _product(
            store_id=store_id, source=source, line=line, products=products, variants=variants
        )
        variant = _variant(
            store_id=store_id, source=source, line=line, product=product, variants=variants
        )
        found[at] = (product, variant)
    return [found[at] for at in range(len(lines))]


def product_id(line: LineSnapshot) -> str:
    """The id a line's product is known by; empty where the line names none."""
    if line.product_external_id:
        return line.product_external_id[:120]
    sku, title = line.sku.strip(), line.title.strip()
    return stub_id(sku=sku, title=title).replace("\x00", "") if sku or title else ""


def variant_id(line: LineSnapshot) -> str:
    """The id a line's variant is known by; empty where the line names none."""
    sku = line.sku.strip()
    return (line.variant_external_id or (f"sku:{sku}" if sku else "")).replace("\x00", "")[:120]


def _known(
    *, store_id: int, source: str, lines: Sequence[LineSnapshot]
) -> tuple[dict[str, Product], list[Variant]]:
    ids = {product_id(line) for line in lines}.union(*(line_stubs(line) for line in lines))
    products = read(Product, "source = %s AND external_id = ANY(%s)", source, sorted(ids))
    variants = read(
        Variant,
        "((source = %s AND external_id = ANY(%s)) OR sku = ANY(%s))",
        source,
        sorted({variant_id(line) for line in lines} - {""}),
        sorted({line.sku.strip()[:120] for line in lines} - {""}),
        order="id",
    )
    by_id = {product.pk: product for product in products}
    if others := sorted({variant.product_id for variant in variants} - by_id.keys()):
        by_id |= {product.pk: product for product in read(Product, "id = ANY(%s)", others)}
    for variant in variants:
        variant.product = by_id[variant.product_id]
    return {product.external_id: product for product in products}, variants


def _product(
    *,
    store_id: int,
    source: str,
    line: LineSnapshot,
    products: dict[str, Product],
    variants: list[Variant],
) -> Product:
    external_id = product_id(line)
    sku = line.sku.strip()[:120]
    by_sku = [variant.product for variant in variants if sku and variant.sku == sku]
    stubs = _stubs(line=line, source=source, products=products, by_sku=by_sku)
    if product := products.get(external_id):
        if all((one.source, one.external_id) != (source, variant_id(line)) for one in variants):
            # A variant that the shop had not named: what a file made of its SKU is of this product.
            for stub in [one for one in stubs if one in by_sku and one != product]:
                absorb(kept=product, gone=stub)
                variants[:] = _fresh(variants)
        return product
    if not line.product_external_id:  # a file speaks of goods that a shop has already named
        if by_sku:
            return by_sku[0]
        if named := named_by_title(store_id=store_id, source=source, title=line.title):
            return named[0]
    if stubs:  # the shop names what a file spoke of
        product = stubs[0]
        products.pop(product.external_id, None)
        product.external_id = external_id
        product.save(update_fields=["external_id"])
    else:
        product = Product(
            store_id=store_id,
            source=source,
            external_id=external_id,
            title=line.title or sku,
            url=line.product_url,
            image_url=line.image_url,
            category=find_category(store_id=store_id, name=line.category),
        )
        fit(product)
        if not Product.objects.insert_new([product]):  # a rival was first
            product = Product.objects.get(store_id=store_id, source=source, external_id=external_id)
    products[external_id] = product
    return product


def _stubs(
    *, line: LineSnapshot, source: str, products: dict[str, Product], by_sku: list[Product]
) -> list[Product]:
    """Products under a stand-in id that this line, whose shop names the product, is about."""
    if not line.product_external_id:
        return []
    by_title = [products[name] for name in sorted(line_stubs(line)) if name in products]
    found = [p for p in by_sku if p.source == source and is_stub(p.external_id)] + by_title
    return list({p.pk: p for p in found}.values())


def _fresh(variants: list[Variant]) -> list[Variant]:
    """The same variants as they stand after products were folded together."""
    pks = [variant.pk for variant in variants]
    return list(Variant.objects.filter(pk__in=pks).select_related("product").order_by("pk"))


def _variant(
    *, store_id: int, source: str, line: LineSnapshot, product: Product, variants: list[Variant]
) -> Variant | None:
    external_id = variant_id(line)
    if not line.product_external_id and not line.variant_external_id:
        named = _named(line=line, product=product)
        if named is not None or not external_id:
            return named
    if not external_id:
        return None
    for variant in variants:
        if variant.source == source and variant.external_id == external_id:
            return variant
    sku = line.sku.strip()[:120]
    of_product = [v for v in variants if sku and v.sku == sku and v.product_id == product.pk]
    if of_product and not line.variant_external_id:
        return of_product[0]
    if stubs := [v for v in of_product if v.source == source and is_stub(v.external_id)]:
        stubs[0].external_id = external_id
        stubs[0].save(update_fields=["external_id"])
        return stubs[0]
    fresh = Variant(
        store_id=store_id,
        source=source,
        external_id=external_id,
        product=product,
        title=line.variant_title.replace("\x00", "")[:300],
        sku=sku.replace("\x00", ""),
    )
    if Variant.objects.insert_new([fresh]):
        variant = fresh
    else:  # a rival was first
        variant = Variant.objects.get(store_id=store_id, source=source, external_id=external_id)
    variants.append(variant)
    return variant


def _named(*, line: LineSnapshot, product: Product) -> Variant | None:
    """The variant that a file's “Product - Variant” names, of a product known by the shop's word."""
    said = line.title.strip()
    if is_stub(product.external_id) and not product.external_id.startswith("handle:"):
        return None
    sku = line.sku.strip()[:120]
    rows = [one for one in product.variants.order_by("pk") if not (sku and one.sku)]
    return next((one for one in rows if f"{product.title} - {one.title}" == said), None)
