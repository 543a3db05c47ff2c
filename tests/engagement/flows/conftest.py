"""Lipa with its flows switched on, a clock that stands still, and a way to tell it news."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.db import transaction

from core.events import spine
from core.events.wiring import News
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.flows.operations.install_flows import install_flows
from engagement.flows.rules import RULES
from engagement.messages.delivery.accounts import LOCAL_MAILBOX
from engagement.messages.models import Message
from engagement.preferences.operations.record_consent import record_consent
from orders.events import (
    FulfillmentDelivered,
    FulfillmentShipped,
    OrderDelivered,
    OrderPlaced,
)
from orders.models import Fulfillment, Order
from tests.conftest import NOON
from tests.factories.orders import (
    CustomerFactory,
    FulfillmentFactory,
    OrderFactory,
    OrderLineFactory,
    ProductFactory,
)


@pytest.fixture(autouse=True)
def local_mailbox(settings) -> None:
    settings.EMAIL_BACKEND = LOCAL_MAILBOX


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def shop(store: Store, clock: time_machine.Traveller) -> Iterator[Store]:
    """Lipa, with every flow on for a year, inside its scope."""
    install_flows(store=store, now=NOON - timedelta(days=365))
    with store_scope(store.pk):
        yield store


@pytest.fixture
def tell(shop: Store) -> Callable[..., None]:
    """Record news about a row as `orders` would, and let the spine run what follows."""

    def told(
        news: News,
        about: object,
        *,
        key: str = "",
        at: datetime | None = None,
        origin: str = "live",
        run: bool = True,
    ) -> None:
        now = datetime.now(NOON.tzinfo)
        kind = type(about).__name__.lower()
        with transaction.atomic():
            spine.record(
                news=news,
                store_id=shop.pk,
                subject=f"{kind}:{about.pk}",
                key=key or str(about.pk),
                occurred_at=at or now,
                origin=origin,
                now=now,
            )
        if run:
            spine.drain()

    return told


@pytest.fixture
def bought(shop: Store) -> Callable[..., SimpleNamespace]:
    """An order of one product by a customer who agreed to marketing."""

    def buy(*, customer=None, product=None, quantity=1, consent=True, **fields) -> SimpleNamespace:
        customer = customer or CustomerFactory(store=shop)
        product = product or ProductFactory(store=shop)
        fields.setdefault("placed_at", NOON)
        order = OrderFactory(store=shop, customer=customer, **fields)
        line = OrderLineFactory(store=shop, order=order, product=product, quantity=quantity)
        if consent and not customer.consents.exists():
            record_consent(
                customer_id=customer.pk,
                basis="explicit",
                source="checkout",
                wording="Yes please",
                stated_at=NOON - timedelta(days=1),
                now=NOON,
            )
        return SimpleNamespace(customer=customer, product=product, order=order, line=line)

    return buy


@pytest.fixture
def place(tell: Callable[..., None]) -> Callable[..., None]:
    def placed(order: Order, **how) -> None:
        tell(OrderPlaced(order_id=order.pk, customer_id=order.customer_id), order, **how)

    return placed


@pytest.fixture
def ship(shop: Store, tell: Callable[..., None]) -> Callable[..., Fulfillment]:
    """A parcel leaves: the row as `orders` would keep it, and the news."""

    def shipped(order: Order, *, at=None, is_partial=False, parcel=None, **how) -> Fulfillment:
        at = at or datetime.now(NOON.tzinfo)
        parcel = parcel or FulfillmentFactory(store=shop, order=order, shipped_at=at)
        news = FulfillmentShipped(
            order_id=order.pk,
            customer_id=order.customer_id,
            fulfillment_id=parcel.pk,
            is_partial=is_partial,
        )
        tell(news, parcel, at=at, **how)
        return parcel

    return shipped


@pytest.fixture
def deliver(tell: Callable[..., None]) -> Callable[..., None]:
    """The parcel, and with it the order, arrives."""

    def delivered(parcel: Fulfillment, *, at=None, **how) -> None:
        at = at or datetime.now(NOON.tzinfo)
        order = parcel.order
        parcel.status, parcel.delivered_at = Fulfillment.Status.DELIVERED, at
        parcel.save()
        order.delivered_at, order.fulfillment_status = at, Order.FulfillmentState.DELIVERED
        order.save()
        ids = {"order_id": order.pk, "customer_id": order.customer_id}
        tell(FulfillmentDelivered(**ids, fulfillment_id=parcel.pk), parcel, at=at, **how)
        tell(OrderDelivered(**ids), order, at=at, **how)

    return delivered


@pytest.fixture
def judge() -> Callable[..., object]:
    """The ruling on one message at a moment, asked when it is claimed."""

    def ruling(message: Message, *, at: datetime | None = None) -> object:
        message = Message.objects.get(pk=message.pk)
        now = at or datetime.now(NOON.tzinfo)
        return RULES.judge(messages=[message], now=now)[message.pk]

    return ruling


@pytest.fixture
def forbidden() -> Callable[..., object]:
    """What is held against one message at MARK; None when it may go."""

    def objection(message: Message, *, at: datetime | None = None) -> object:
        message = Message.objects.get(pk=message.pk)
        now = at or datetime.now(NOON.tzinfo)
        return RULES.forbidden(messages=[message], now=now).get(message.pk)

    return objection


@pytest.fixture
def due(shop, bought, place, ship, deliver, clock):
    """A message of `flow`, and the moment in which it is due."""

    def one(flow: str):
        product = ProductFactory(store=shop, replenish_after_days=70)
        purchase = bought(product=product)
        place(purchase.order)
        parcel = ship(purchase.order)
        if flow in ("review_request", "replenishment"):
            deliver(parcel)
        message = Message.objects.filter(flow=flow).order_by("pk")[0]
        now = max(message.due_at, NOON)
        clock.move_to(now)
        return message, now

    return one
