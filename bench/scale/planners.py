"""The calendar's planners: birthdays, anniversaries, late orders, and what runs out."""

from datetime import datetime

from bench.scale.databases import undone
from bench.scale.seed import BIG
from core.events.models import EventRow
from core.events.spine import record
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.flows.operations.enter_flows import enter_flows
from orders.events import OrderDelivered
from orders.models import Order
from orders.operations.near_occasions import near_anniversaries, near_birthdays
from orders.operations.watch_delays import watch_delays

ARRIVALS = 20


class Planners:
    """The planners at one moment, each undone afterwards."""

    def __init__(self, *, now: datetime) -> None:
        self.now = now

    def birthdays(self) -> int:
        """Every store looks for birthdays; how many neared."""
        with undone():
            return sum(near_birthdays(store=store, now=self.now) for store in stores())

    def anniversaries(self) -> int:
        """Every store looks for anniversaries of accounts; how many neared."""
        with undone():
            return sum(near_anniversaries(store=store, now=self.now) for store in stores())

    def delays(self) -> int:
        """Every store looks for late orders; how many were looked at."""
        with undone():
            return sum(watch_delays(store=store, now=self.now) for store in stores())

    def arrivals(self) -> int:
        """Some orders arrive: review requests and reminders are planned; how many."""
        store = Store.objects.get(slug=BIG)
        planned = 0
        with undone(), store_scope(store.pk):
            found = Order.objects.filter(status=Order.Status.OPEN, payment_status="paid")
            for order in found.order_by("-placed_at")[:ARRIVALS]:
                row = record(
                    news=OrderDelivered(order_id=order.pk, customer_id=order.customer_id),
                    store_id=store.pk,
                    subject=f"order:{order.pk}",
                    key=f"bench:{order.pk}",
                    occurred_at=self.now,
                    origin="live",
                    now=self.now,
                )
                assert isinstance(row, EventRow)
                planned += len(enter_flows(event=row.as_event(), now=self.now))
        return planned


def stores() -> list[Store]:
    """All of them, in one query."""
    return list(Store.objects.order_by("pk"))
