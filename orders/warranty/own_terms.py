"""The shop's own terms, read once for many pieces."""

from collections.abc import Mapping

from orders.models import Product, WarrantyTerms

Terms = Mapping[tuple[str, int | None], WarrantyTerms]


def own_terms() -> Terms:
    """All terms of the store in scope, by what they are about. One query."""
    return {_about(row): row for row in WarrantyTerms.objects.all()}


def terms_for(*, terms: Terms, product: Product | None) -> WarrantyTerms | None:
    """The product's own terms, else its category's, else those for everything."""
    if product is None:
        return None
    return (
        terms.get(("product", product.pk))
        or terms.get(("category", product.category_id or 0))
        or terms.get(("all", None))
    )


def _about(row: WarrantyTerms) -> tuple[str, int | None]:
    if row.product_id is not None:
        return "product", row.product_id
    if row.category_id is not None:
        return "category", row.category_id
    return "all", None
