"""What is known when an event starts a flow, read in a fixed number of queries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from core.events.event import Event
from core.events.models import EventRow
from core.stores.models import Store
from core.stores.plain import read
from engagement.flows.definition import Definition
from engagement.flows.models import Flow, FlowVersion
from engagement.flows.planning.due import zone_of
from orders.models import Customer, Fulfillment, Order, OrderLine
from orders.parts import parcels_of


@dataclass(frozen=True, slots=True)
class LiveFlow:
    """A store's flow with the definition it follows now."""

    row: Flow
    number: int
    definition: Definition


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One event, and everything of the shop that planning may ask about it."""

    store: Store
    event: Event
    key: str
    now: datetime
    customer: Customer | None
    order: Order | None
    parcels: Sequence[Fulfillment] = field(default=())
    lines: Sequence[OrderLine] = field(default=())

    @cached_property
    def zone(self) -> ZoneInfo:
        return zone_of(customer=self.customer, store_zone=self.store.time_zone)

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What conditions may test: the event's payload, and plain facts of the order."""
        known = dict(self.event.payload)
        if self.order is not None:
            known |= {
                "is_gift": self.order.is_gift,
                "is_recurring": self.order.is_recurring,
                "currency": self.order.currency,
                "total_minor": self.order.total_minor,
                "country": (self.order.shipping_address or {}).get("country", ""),
                "source": self.order.source,
                "first_order": bool(self.customer and self.customer.order_count <= 1),
            }
        return known


def live_flows(*, store_id: int, keys: Collection[str], with_off: bool = False) -> list[LiveFlow]:
    """The store's flows of those keys with their current version: two queries. Without those off.

    Inside the store's scope.
    """
    flows = {
        flow.pk: flow
        for flow in read(Flow, "store_id = %s AND key = ANY(%s)", store_id, sorted(keys))
        if with_off or flow.status != Flow.Status.OFF
    }
    versions = read(
        FlowVersion,
        "flow_id = ANY(%s) AND number ="
        " (SELECT f.current_version FROM flows_flow f WHERE f.id = flow_id)",
        list(flows),
        order="flow_id",
    )
    return [
        LiveFlow(
            row=flows[version.flow_id],
            number=version.number,
            definition=Definition.from_json(version.definition),
        )
        for version in versions
    ]


def read_entry(*, event: Event, flows: Sequence[LiveFlow], now: datetime) -> Entry:
    """Read what the flows need to know about the event: at most seven queries."""
    payload = event.payload
    order = customer = None
    if (order_id := payload.get("order_id")) is not None:
        order = next(iter(read(Order, "id = %s", order_id)), None)
    customer_id = order.customer_id if order is not None else payload.get("customer_id")
    if customer_id:
        customer = next(iter(read(Customer, "id = %s", customer_id)), None)
    if order is not None:
        order.customer = customer
    needs_goods = order is not None and any(
        flow.definition.counts_from == "arrival" for flow in flows
    )
    needs_key = any(flow.definition.one_per == "event" for flow in flows)
    return Entry(
        store=read(Store, "id = %s", event.store_id)[0],
        event=event,
        key=EventRow.objects.values_list("key", flat=True).get(pk=event.id) if needs_key else "",
        now=now,
        customer=customer,
        order=order,
        parcels=parcels_of(order) if order is not None and needs_goods else (),
        lines=list(
            OrderLine.objects.filter(order=order).select_related("product__category", "variant")
        )
        if needs_goods
        else (),
    )
