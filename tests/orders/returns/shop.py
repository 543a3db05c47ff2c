"""A shop with one order, two lines of it delivered, and short ways to ask for returns."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from core.events.models import EventRow
from orders.connectors.connector import Outcome
from orders.models import (
    Order,
    OrderLine,
    PlatformConnection,
    Return,
    ReturnPolicy,
    Variant,
)
from orders.operations.ask_return import ask_return
from orders.operations.decide_return import approve_return
from orders.operations.receive_return import Arrived, receive_return
from orders.operations.settle_command import settle_command
from orders.returns.case import Wanted
from orders.returns.presets import default_policy
from tests.factories.orders import (
    CustomerFactory,
    FulfillmentFactory,
    OrderFactory,
    OrderLineFactory,
)

PLACED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ARRIVED = datetime(2026, 3, 5, 14, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


def set_policy(store: Any, **columns: Any) -> ReturnPolicy:
    """The store's policy for all goods: *balanced*, with these changes."""
    policy = ReturnPolicy.objects.filter(store=store, country="", category=None, tag="").first()
    policy = policy or default_policy(store_id=store.pk)
    for name, value in columns.items():
        setattr(policy, name, value)
    policy.save()
    return policy


def delivered(store: Any, **columns: Any) -> Order:
    """Two mugs at 200.00 and a lamp at 99.00, with 49.00 of delivery: 548.00 CZK, paid, arrived."""
    order = OrderFactory(
        store=store,
        customer=columns.pop("customer", None) or CustomerFactory(store=store),
        **{
            "currency": store.currency,
            "payment_status": "paid",
            "fulfillment_status": "delivered",
            "subtotal_minor": 49900,
            "shipping_minor": 4900,
            "total_minor": 54800,
            "placed_at": PLACED,
            "delivered_at": ARRIVED,
            "shipping_address": {"country": "CZ", "city": "Brno"},
            **columns,
        },
    )
    mugs = OrderLineFactory(
        store=store, order=order, quantity=2, unit_price_minor=20000, total_minor=40000, position=0
    )
    OrderLineFactory(store=store, order=order, unit_price_minor=9900, total_minor=9900, position=1)
    for number, price in enumerate((20000, 25000, 15000)):
        Variant.objects.create(
            store=store,
            product=mugs.product,
            source="generic",
            external_id=f"{order.pk}-v{number}",
            title=f"Size {number}",
            price_minor=price,
        )
    FulfillmentFactory(
        store=store,
        order=order,
        status="delivered",
        shipped_at=ARRIVED - timedelta(days=2),
        delivered_at=ARRIVED,
    )
    return order


def lines(order: Order) -> list[OrderLine]:
    return list(OrderLine.objects.filter(order=order).order_by("position"))


def want(line: OrderLine, quantity: object = 1, **more: Any) -> Wanted:
    return Wanted(
        **{
            "line_id": line.pk,
            "quantity": Decimal(str(quantity)),
            "reason_key": "changed_mind",
            **more,
        }
    )


def ask(order: Order, *wanted: Wanted, now: datetime = NOW, **more: Any) -> Return:
    told = {"outcome": "refund", "way": "own_parcel", "once": f"form-{now.timestamp()}", **more}
    return ask_return(order=order, wanted=wanted or [want(lines(order)[0])], now=now, **told)


def received(asked: Return, *, now: datetime = NOW, condition: str = "as_new") -> Return:
    """All of it is here."""
    if asked.status == "requested":
        approve_return(asked=asked, by="ann@lipa.example", now=now)
    arrived = [
        Arrived(line_id=line.pk, quantity=line.quantity, condition=condition)
        for line in asked.lines.all()
    ]
    return receive_return(asked=asked, arrived=arrived, by="ann@lipa.example", now=now)


def events() -> list[str]:
    return list(
        EventRow.objects.filter(name__startswith="return.")
        .order_by("pk")
        .values_list("name", flat=True)
    )


def connect(store, platform="shopify") -> PlatformConnection:
    row = PlatformConnection(
        store=store, platform=platform, address="https://shop.example/", created_at=NOW
    )
    row.set_credentials(
        {"token": "t", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwKEqzTWEUZTI="}
    )
    row.save()
    return row


def ended(payback, verdict, **more) -> None:
    command = payback.command
    with transaction.atomic():
        settle_command(
            command=command, order=command.order, outcome=Outcome(verdict, **more), now=NOW
        )
    payback.refresh_from_db()
    payback.asked.refresh_from_db()
