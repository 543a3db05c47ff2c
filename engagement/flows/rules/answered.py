"""Products that a customer has already reviewed. Each source is one function, listed below."""

from collections.abc import Callable, Collection, Mapping

Source = Callable[..., Mapping[int, Collection[int]]]

# The reviews room joins here: ``source(order_ids=…) -> {order id: product ids reviewed}``, with
# `versions.rests_on` saying which rows it reads.
SOURCES: list[Source] = []


def answered_products(*, order_ids: Collection[int]) -> dict[int, set[int]]:
    """Product ids that need no asking any more, by order: one query a source."""
    found: dict[int, set[int]] = {}
    if order_ids:
        for source in SOURCES:
            for order_id, product_ids in source(order_ids=order_ids).items():
                found.setdefault(order_id, set()).update(product_ids)
    return found
