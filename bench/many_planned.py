"""A shop with many review requests in its calendar, written straight into its tables."""

from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any

from core.stores.models import Store
from engagement.flows.planning.due import row_expiry
from engagement.flows.planning.entry import live_flows
from engagement.messages.models import Lane, Message, Outbox
from engagement.messages.timing import on_local_day
from engagement.preferences.models import Consent
from orders.models import Customer, Order, OrderLine, Product

BATCH = 2000


def plan_many(*, store: Store, count: int, now: datetime) -> None:
    """Write `count` orders that arrived evenly over the store's days of review delay up to `now`,
    each of a customer of its own, and the review request planned for it.

    Inside the store's scope, with its flows installed. Nothing of it is due yet.
    """
    days = store.review_delay_days
    product = Product.objects.create(
        store=store, source="generic", external_id="cream", title="Cream"
    )
    (live,) = live_flows(store_id=store.pk, keys=["review_request"])
    ask = live.definition.steps[0]
    numbers = iter(range(count))
    while batch := list(islice(numbers, BATCH)):
        came = {n: now - timedelta(days=days) * (n + 1) / (count + 1) for n in batch}
        people = Customer.objects.bulk_create(_person(store, n, now) for n in batch)
        Consent.objects.bulk_create(_consent(store, person, now) for person in people)
        orders = Order.objects.bulk_create(
            _order(store, person, n, came[n]) for person, n in zip(people, batch, strict=True)
        )
        OrderLine.objects.bulk_create(_line(store, order, product) for order in orders)
        messages = Message.objects.bulk_create(
            Message(
                store=store,
                customer_id=order.customer_id,
                order=order,
                flow="review_request",
                step=ask.key,
                subject=f"order:{order.pk}",
                occurrence="0",
                message_class=Message.Class.MARKETING,
                template=ask.template,
                facts={"products": [product.pk]},
                anchor_at=came[n],
                planned_version=live.number,
                due_at=on_local_day(anchor=came[n], days=days, at=time(10), zone=store.zone),
                created_at=came[n],
            )
            for order, n in zip(orders, batch, strict=True)
        )
        Outbox.objects.bulk_create(
            Outbox(
                message=message,
                store=store,
                customer_id=message.customer_id,
                lane=Lane.MARKETING,
                due_at=message.due_at,
                expires_at=row_expiry(flow=live.definition, step=ask, due_at=message.due_at),
            )
            for message in messages
        )


def _person(store: Store, number: int, now: datetime) -> Customer:
    return Customer(store=store, email=f"person{number}@mail.example", country="CZ", created_at=now)


def _consent(store: Store, person: Customer, now: datetime) -> Consent:
    about: dict[str, Any] = {"basis": "explicit", "source": "checkout", "wording": "Yes"}
    return Consent(store=store, customer=person, stated_at=now, recorded_at=now, **about)


def _order(store: Store, person: Customer, number: int, came: datetime) -> Order:
    return Order(
        store=store,
        customer=person,
        email=person.email,
        source="generic",
        external_id=str(number),
        number=str(number),
        currency="CZK",
        placed_at=came - timedelta(days=2),
        delivered_at=came,
        fulfillment_status=Order.FulfillmentState.DELIVERED,
        source_updated_at=came,
        created_at=came,
    )


def _line(store: Store, order: Order, product: Product) -> OrderLine:
    return OrderLine(
        store=store,
        order=order,
        external_id="1",
        product=product,
        title=product.title,
        quantity=1,
        unit_price_minor=100,
        total_minor=100,
    )
