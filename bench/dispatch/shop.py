"""A shop with mails that are due: real orders, real flows, nothing faked but the buyers."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from core.clock import real_now
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.flows.operations.install_flows import install_flows
from engagement.messages.delivery.accounts import account_of
from engagement.messages.models import Lane, Message
from engagement.messages.operations.plan_messages import Promise, plan_messages
from engagement.preferences.models import Consent
from orders.models import Customer, Fulfillment, Order, OrderLine, Product

GOODS = 12
LINES = 3
DAY = timedelta(days=1)


def open_shop() -> Store:
    """A store with everything filled in, its flows on for a year, sending as fast as it can."""
    store = Store.objects.create(
        name="Lipa", slug="bench", currency="CZK", country="CZ", languages=["en"],
        sender_name="Lipa", sender_email="shop@lipa.example", reply_to="help@lipa.example",
        postal_address="Lipova 1\n110 00 Praha", site_url="https://lipa.example",
        faq_url="https://lipa.example/faq", phone="+420 123 456 789",
        social_links={"Instagram": "https://instagram.com/lipa"},
        send_windows=[[day, "00:00", "24:00"] for day in range(7)],
        returns_summary={"en": "Send it back within 30 days. We pay the way."},
    )  # fmt: skip
    with store_scope(store.pk):
        install_flows(store=store, now=real_now() - 365 * DAY)
        Product.objects.bulk_create(
            Product(
                store=store, source="generic", external_id=f"p{n}", title=f"Hand cream no. {n}",
                url=f"https://lipa.example/cream-{n}", image_url=f"https://lipa.example/{n}.jpg",
            )
            for n in range(GOODS)
        )  # fmt: skip
        account = account_of(store=store)
        account.rate_per_second = 0  # as many as go
        account.save()
    return store


def plant(*, store: Store, count: int, kind: str = "order_confirmation") -> None:
    """`count` buyers with one order each and one mail of that flow, due now."""
    with store_scope(store.pk):
        for start in range(0, count, 2000):
            _plant(store=store, count=min(2000, count - start), kind=kind)


def _plant(*, store: Store, count: int, kind: str) -> None:
    now = real_now()
    placed = now - (30 * DAY if kind == "review_request" else timedelta(minutes=5))
    first = Customer.objects.count()
    customers = Customer.objects.bulk_create(
        Customer(
            store=store, email=f"buyer{first + n}@mail.example", first_name="Jana",
            last_name=f"Nováková {first + n}", locale="en", country="CZ",
            time_zone="Europe/Prague", order_count=1, created_at=placed,
        )
        for n in range(count)
    )  # fmt: skip
    orders = Order.objects.bulk_create(
        _order(store=store, customer=customer, number=first + n, placed=placed)
        for n, customer in enumerate(customers)
    )
    goods = list(Product.objects.all())
    OrderLine.objects.bulk_create(
        OrderLine(
            store=store, order=order, external_id=f"{order.external_id}-{place}",
            product=(one := goods[(first + n + place) % len(goods)]), title=one.title,
            variant_title="75 ml", quantity=Decimal(1), unit_price_minor=43000,
            total_minor=43000, image_url=one.image_url,
        )
        for n, order in enumerate(orders)
        for place in range(LINES)
    )  # fmt: skip
    if kind == "review_request":
        _arrived(store=store, orders=orders, placed=placed)
    plan_messages(
        store_id=store.pk,
        promises=[_promise(kind=kind, order=order, goods=goods, now=now) for order in orders],
        now=now,
    )


def _order(*, store: Store, customer: Customer, number: int, placed: datetime) -> Order:
    address = {
        "name": customer.full_name, "street": f"Lipova {number}", "city": "Praha",
        "postcode": "110 00", "country": "CZ",
    }  # fmt: skip
    return Order(
        store=store, source="generic", external_id=f"o{number}", number=f"{1000 + number}",
        customer=customer, email=customer.email, payment_status="paid", currency="CZK",
        subtotal_minor=129000, discount_minor=10000, shipping_minor=6900, tax_minor=21868,
        total_minor=125900, discounts=[{"code": "LIPA100", "amount_minor": 10000}],
        payment_method="Card", shipping_method="PPL", shipping_address=address,
        billing_address=address, locale="en", placed_at=placed, source_updated_at=placed,
        status_url=f"https://lipa.example/orders/{number}", created_at=placed,
    )  # fmt: skip


def _arrived(*, store: Store, orders: list[Order], placed: datetime) -> None:
    arrived = placed + 5 * DAY
    Order.objects.filter(pk__in=[order.pk for order in orders]).update(
        delivered_at=arrived, fulfillment_status="delivered"
    )
    Fulfillment.objects.bulk_create(
        Fulfillment(
            store=store, order=order, external_id=f"f{order.external_id}", status="delivered",
            shipped_at=placed + DAY, delivered_at=arrived, created_at=placed,
        )
        for order in orders
    )  # fmt: skip
    Consent.objects.bulk_create(
        Consent(
            store=store, customer_id=order.customer_id, basis="explicit", source="checkout",
            wording="Yes please", stated_at=placed, recorded_at=placed,
        )
        for order in orders
    )  # fmt: skip


def _promise(*, kind: str, order: Order, goods: list[Product], now: datetime) -> Promise:
    marketing = kind == "review_request"
    place = int(order.external_id[1:])
    named = sorted({goods[(place + n) % len(goods)].pk for n in range(LINES)})
    facts: dict[str, Any] = {"products": named} if marketing else {}
    return Promise(
        customer_id=order.customer_id,
        order_id=order.pk,
        flow=kind,
        step="ask" if marketing else "send",
        subject=f"order:{order.pk}",
        message_class=Message.Class.MARKETING if marketing else Message.Class.TRANSACTIONAL,
        template=kind,
        anchor_at=order.placed_at + 5 * DAY if marketing else order.placed_at,
        due_at=now - timedelta(minutes=1),
        expires_at=now + 2 * DAY,
        lane=Lane.MARKETING if marketing else Lane.TRANSACTIONAL,
        facts=facts,
    )
