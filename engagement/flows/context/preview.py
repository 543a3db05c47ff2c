"""What a mail would be written from for one real order, for people who look before they send."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from core.stores.models import Store
from engagement.flows.case import Case
from engagement.flows.context.build import contexts_of
from engagement.flows.context.shop import store_data
from engagement.flows.planning.due import zone_of
from engagement.messages.models import Message
from engagement.messages.rendering.samples import SAMPLES
from orders.models import Fulfillment, Order, OrderLine, Refund

NOT_SAVED = 0


def sample_context(*, store: Store, sample: str = "full") -> dict[str, Any]:
    """A sample with the store's own brand and addresses. `sample` as in ``SAMPLES``."""
    return {**SAMPLES[sample](), "store": dict(store_data(store))}


def order_context(*, store: Store, order: Order, now: datetime) -> dict[str, Any]:
    """A `MailContext` of a real `order`; what it has not (a refund, a delay) is the sample's.

    The links to leave are the sample's, too: whoever tries a preview must not unsubscribe the
    customer. In the store's scope; six queries at most.
    """
    parcels = list(Fulfillment.objects.filter(order=order).order_by("pk"))
    lines = list(OrderLine.objects.filter(order=order).order_by("position", "pk"))
    case = Case(
        message=Message(pk=NOT_SAVED, store=store, order=order, customer=order.customer, facts={}),
        store=store,
        now=now,
        zone=_zone(order, store),
        due_at=now,
        customer=order.customer,
        order=order,
        parcels=parcels,
        parcel=parcels[-1] if parcels else None,
        refund=Refund.objects.filter(order=order).order_by("pk").last(),
        products=[line.product_id for line in lines if line.product_id is not None],
    )
    real = contexts_of(cases=[case])[NOT_SAVED]
    sample = sample_context(store=store)
    known = {name: value for name, value in real.items() if value}
    return {**sample, **known, "links": sample["links"]}


def _zone(order: Order, store: Store) -> ZoneInfo:
    return zone_of(customer=order.customer, store_zone=store.time_zone)
