"""Take hold of an order, known or only heard of, so that its news are worked on one at a time."""

from datetime import datetime

from core.events.event import Origin
from core.stores.models import Store
from core.stores.plain import read
from orders.models import Order
from orders.operations.fit_row import identity

NUMBERED = ("shopify",)  # whose exports of 2012 have no ids
BY_NUMBER = "number:"


def lock_order(
    *,
    store: Store,
    source: str,
    external_id: str,
    currency: str,
    heard_at: datetime,
    origin: Origin,
    now: datetime,
    number: str = "",
) -> Order:
    """The locked row of this order, made empty where nobody has told us of it yet.

    Parcels, refunds and deletions may arrive before their order. The empty row
    (`source_updated_at` null) keeps them until the order itself is told; until then nothing is
    recorded and nobody is written to. The unique key decides between rivals. With `number`, an
    order that an old file knew by its number alone is met as well.
    """
    external_id = identity(external_id, of="order")
    if number and source in NUMBERED:
        order = _by_number(store_id=store.pk, source=source, external_id=external_id, number=number)
    else:
        order = _by_id(source=source, external_id=external_id)
    if order is not None:
        return order
    fresh = Order(
        store_id=store.pk,
        source=source,
        external_id=external_id,
        number=external_id[:64],
        currency=(currency or store.currency)[:3],
        placed_at=heard_at,
        origin=origin,
        created_at=now,
    )
    if Order.objects.insert_new([fresh]):
        return fresh
    rival = _by_id(source=source, external_id=external_id)
    if rival is None:
        raise Order.DoesNotExist(f"Order {external_id} is there and yet is not.")
    return rival


def _by_id(*, source: str, external_id: str) -> Order | None:
    known = read(Order, "source = %s AND external_id = %s", source, external_id, lock=True)
    return next(iter(known), None)


def _by_number(*, store_id: int, source: str, external_id: str, number: str) -> Order | None:
    """The order known by its id, or told under its number and now by its id, or the other way
    round; None if none of these."""
    if external_id.startswith(BY_NUMBER):
        rows = Order.objects.select_for_update().filter(store_id=store_id, source=source)
        by_its_number = rows.filter(number=number[:64]).order_by("pk").first()
        return by_its_number or rows.filter(external_id=external_id).first()
    by_number = f"{BY_NUMBER}{number}"[:120]
    named = read(
        Order,
        "source = %s AND external_id = ANY(%s)",
        source,
        [by_number, external_id],
        order="id",
        lock=True,
    )
    found = {row.external_id: row for row in named}
    stub, heard = found.get(by_number), found.get(external_id)
    if stub is None:
        return heard
    if heard is not None:
        if heard.source_updated_at is not None:
            return heard  # two orders of one number, both told: the shop says they are two
        _take_over(kept=stub, heard=heard)
    stub.external_id = external_id
    stub.save(update_fields=["external_id", "deleted_at"])
    return stub


def _take_over(*, kept: Order, heard: Order) -> None:
    """What an order that was only heard of had kept goes to the row that was told."""
    heard.fulfillments.update(order=kept)
    heard.refunds.update(order=kept)
    heard.documents.update(order=kept)
    kept.deleted_at = kept.deleted_at or heard.deleted_at
    heard.delete()
