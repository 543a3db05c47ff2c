"""The parcel of an order that an export calls fulfilled: it stands in until the shop names its own.

An export says “fulfilled” for the whole order and has no ids of parcels; the shop's hooks tell each
parcel by its id. Both are the same goods.
"""

from collections.abc import Sequence
from typing import Any

from orders.models import Fulfillment, FulfillmentLine, TrackingEvent

WHOLE = "file"  # the id of the one parcel that a file knows of
OWN = frozenset({"id", "public_id", "created_at"})
META: Any = Fulfillment._meta


def is_spoken_for(parcels: Sequence[Fulfillment]) -> bool:
    """Has the shop itself told of a parcel that left, or that was canceled?"""
    return any(_is_word_of_shop(row) for row in parcels)


def give_way(parcels: Sequence[Fulfillment]) -> list[Fulfillment]:
    """The parcels without the file's, where the shop told of one: that goes on in the file's row.

    The row keeps its key, so that what was recorded of it as history is not recorded twice.
    """
    stand_in = next((row for row in parcels if row.external_id == WHOLE), None)
    own = [row for row in parcels if _is_word_of_shop(row)]
    if stand_in is None or not own:
        return list(parcels)
    real = min(own, key=lambda row: row.pk)
    TrackingEvent.objects.filter(fulfillment=real).update(fulfillment=stand_in)
    FulfillmentLine.objects.filter(fulfillment=stand_in).delete()
    FulfillmentLine.objects.filter(fulfillment=real).update(fulfillment=stand_in)
    Fulfillment.objects.filter(pk=real.pk).delete()
    for field in META.concrete_fields:
        if field.attname not in OWN:
            setattr(stand_in, field.attname, getattr(real, field.attname))
    stand_in.save()
    return [row for row in parcels if row is not real]


def _is_word_of_shop(row: Fulfillment) -> bool:
    is_over = row.source_status == Fulfillment.Status.CANCELED
    return row.external_id != WHOLE and (is_over or row.shipped_at is not None)
