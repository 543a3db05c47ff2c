"""One product, whichever way its source spoke of it first: by id, handle, SKU, or by name alone.

A file may know no product ids. What it speaks of is kept under a stand-in id (`STUBS`) until the shop
names it; then the product takes the shop's id, and further stand-ins for it are folded into it.
"""

from collections.abc import Iterable

from django.db.models import Q

from orders.ingest.snapshots import LineSnapshot, ProductSnapshot, VariantSnapshot
from orders.models import OrderLine, Product, Variant
from orders.operations.fit_row import fingerprint

HANDLE = "handle:"
STUBS = ("sku:", "title:", HANDLE)
UNNAMED = ("sku:", "title:")  # stand-ins that only an order line spoke of
BETWEEN = " - "  # Shopify's exports write “Product - Variant”


def is_stub(external_id: str) -> bool:
    """Is this a stand-in for an id that the shop has not told yet?"""
    return external_id.startswith(STUBS)


def stub_id(*, sku: str, title: str) -> str:
    """What a product without an id of its own is known by: its SKU, else its title."""
    if sku:
        return f"sku:{sku}"[:120]
    return f"title:{title}" if len(title) <= 100 else f"title:{fingerprint(title)}"


def title_stubs(*, title: str, variant_titles: Iterable[str] = ()) -> set[str]:
    """The ids under which a product may stand that a file knew by name alone."""
    plain = title.strip().replace("\x00", "")
    names = {plain, *(f"{plain}{BETWEEN}{name}" for name in variant_titles if name)} - {""}
    return {stub_id(sku="", title=name) for name in names if plain}


def named_by_title(*, store_id: int, source: str, title: str) -> tuple[Product, str] | None:
    """The product that a line's text names, and what it says of the variant; None if none.

    Of several the longest name counts, then the product known longest.
    """
    found = Product.objects.filter(
        store_id=store_id, source=source, title__in=possible_titles(title)
    ).order_by("pk")
    named = [row for row in found if not row.external_id.startswith(UNNAMED)]
    if not named:
        return None
    longest = max(len(row.title) for row in named)
    best = next(row for row in named if len(row.title) == longest)
    return best, title.strip()[longest + len(BETWEEN) :]


def possible_titles(title: str) -> list[str]:
    """“Cup - Blue - Large” may be of the product “Cup”, “Cup - Blue”, or of that very name."""
    parts = title.strip().replace("\x00", "")[:300].split(BETWEEN)
    return [BETWEEN.join(parts[:count]) for count in range(1, len(parts) + 1) if parts[0]]


def known_product(*, store_id: int, told: ProductSnapshot, external_id: str) -> Product | None:
    """The row of a product told by the shop, locked: by id, else by handle, SKU or name."""
    rows = Product.objects.select_for_update().filter(store_id=store_id, source=told.source)
    if row := rows.filter(external_id=external_id).first():
        return row
    handle = told.handle[:255]
    if handle and (row := rows.filter(handle=handle).order_by("pk").first()):
        # Another id under this handle: the shop made the product anew.
        return row if is_stub(external_id) or is_stub(row.external_id) else None
    for stub in Product.objects.filter(pk__in=_twins(store_id=store_id, told=told)).order_by("pk"):
        if is_stub(stub.external_id) or is_stub(external_id):
            return rows.get(pk=stub.pk)
    return None


def is_another(*, row: Product, told: ProductSnapshot) -> bool:
    """Is `row` another product than the told one, though they share a SKU?

    A handle names one product of a shop. Two in its files are two; of a file and a hook they are
    one where the name is the same too, for then the shop has changed the handle.
    """
    if not row.handle or not told.handle or row.handle == told.handle[:255]:
        return False
    in_files = row.external_id.startswith(HANDLE) and told.external_id.startswith(HANDLE)
    return in_files or row.title != told.title.replace("\x00", "")[:300]


def absorb_stubs(*, product: Product, told: ProductSnapshot) -> bool:
    """Fold into the product whatever stands for it under a stand-in id; true if there was any."""
    joined = False
    twins = _twins(store_id=product.store_id, told=told) - {product.pk}
    for stub in Product.objects.select_for_update().filter(pk__in=twins).order_by("pk"):
        if is_stub(stub.external_id):
            absorb(kept=product, gone=stub)
            joined = True
    return joined


def absorb(*, kept: Product, gone: Product) -> None:
    """Move lines and variants of `gone` to `kept`; then `gone` goes."""
    for variant in gone.variants.order_by("pk"):
        twin = _same(kept.variants.order_by("pk"), sku=variant.sku, title=variant.title)
        if twin is None:
            variant.product = kept
            variant.save(update_fields=["product"])
        else:
            _fold(kept=twin, gone=variant)
    OrderLine.objects.filter(product=gone).update(product=kept)
    kept.handle = kept.handle or gone.handle
    kept.category = kept.category or gone.category
    for name in ("review_delay_days", "replenish_after_days"):
        if getattr(kept, name) is None:
            setattr(kept, name, getattr(gone, name))
    kept.save()
    gone.delete()


def known_variant(*, product: Product, told: VariantSnapshot, external_id: str) -> Variant | None:
    """The row of a variant told by the shop: by id, else the product's own of that SKU or name."""
    rows = Variant.objects.filter(store_id=product.store_id, source=product.source)
    row = rows.filter(external_id=external_id).first()
    twin = variant_twin(row=row, told=told, of_product=rows.filter(product=product).order_by("pk"))
    if row is not None and twin is not None and is_stub(twin.external_id):
        _fold(kept=row, gone=twin)
    return row or twin


def variant_twin(
    *, row: Variant | None, told: VariantSnapshot, of_product: Iterable[Variant]
) -> Variant | None:
    """Another of the product's variants that stands for the told one, or for which it stands in.

    `row` is the one of that very id, `of_product` are all of the product, the longest known first.
    """
    others = [
        one
        for one in of_product
        if one != row and (is_stub(one.external_id) or is_stub(told.external_id))
    ]
    return _same(others, sku=told.sku.strip(), title=told.title)


def tie_lines(*, product: Product) -> None:
    """Give lines known by name alone the variant that their text names."""
    loose = OrderLine.objects.filter(product=product, variant__isnull=True)
    if not loose.exists():
        return
    for variant in product.variants.exclude(title=""):
        named = Q(title=f"{product.title}{BETWEEN}{variant.title}", variant_title="")
        loose.filter(named | Q(variant_title=variant.title)).update(variant=variant)


def line_stubs(line: LineSnapshot) -> set[str]:
    """Stand-in ids for the product of a line whose shop names the product."""
    if not line.product_external_id:
        return set()
    return title_stubs(title=line.title, variant_titles=[line.variant_title])


def stand_ins(told: ProductSnapshot) -> set[str]:
    """The ids under which the product may stand that a file knew by handle, SKU or name."""
    ids = title_stubs(title=told.title, variant_titles=[one.title for one in told.variants])
    ids |= {stub_id(sku=sku, title="") for sku in skus_of(told)}
    if told.handle:
        ids.add(f"{HANDLE}{told.handle}"[:120])
    return ids


def skus_of(told: ProductSnapshot) -> set[str]:
    """The SKUs that the product's variants are told to have."""
    return {one.sku.strip()[:120] for one in told.variants} - {""}


def _twins(*, store_id: int, told: ProductSnapshot) -> set[int]:
    """Products of this source that are known by the told one's handle, SKUs or names."""
    rows = Product.objects.filter(store_id=store_id, source=told.source)
    found = list(rows.filter(external_id__in=stand_ins(told)))
    if skus := skus_of(told):
        found += rows.filter(variants__sku__in=skus)
    return {row.pk for row in found if not is_another(row=row, told=told)}


def _same(rows: Iterable[Variant], *, sku: str, title: str) -> Variant | None:
    """The row with this SKU; where one of both has none, the row with this title."""
    listed = list(rows)
    if sku and (found := [one for one in listed if one.sku == sku]):
        return found[0]
    return next(
        (one for one in listed if one.title == title and not (sku and one.sku)),
        None,
    )


def _fold(*, kept: Variant, gone: Variant) -> None:
    OrderLine.objects.filter(variant=gone).update(variant=kept)
    gone.delete()
