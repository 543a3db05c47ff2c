"""Customers, products and orders. Everything hangs on one store; create them inside its scope."""

from datetime import UTC, datetime
from decimal import Decimal

import factory

from orders.models import Customer, Fulfillment, Order, OrderLine, Product
from tests.factories.stores import StoreFactory

PLACED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class CustomerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Customer

    store = factory.SubFactory(StoreFactory)
    email = factory.Sequence(lambda n: f"customer{n}@mail.example")
    first_name = "Jana"
    last_name = factory.Sequence(lambda n: f"Nováková {n}")
    locale = "en"
    country = "CZ"
    time_zone = "Europe/Prague"
    created_at = PLACED


class ProductFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Product

    store = factory.SubFactory(StoreFactory)
    source = "generic"
    external_id = factory.Sequence(lambda n: f"product-{n}")
    title = factory.Sequence(lambda n: f"Product {n}")


class OrderFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Order

    store = factory.SubFactory(StoreFactory)
    source = "generic"
    external_id = factory.Sequence(lambda n: f"order-{n}")
    number = factory.Sequence(lambda n: f"{1000 + n}")
    customer = factory.SubFactory(CustomerFactory, store=factory.SelfAttribute("..store"))
    email = factory.SelfAttribute("customer.email")
    currency = "CZK"
    total_minor = 49900
    subtotal_minor = 49900
    placed_at = PLACED
    source_updated_at = PLACED
    created_at = PLACED


class OrderLineFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = OrderLine

    order = factory.SubFactory(OrderFactory, store=factory.SelfAttribute("..store"))
    store = factory.SubFactory(StoreFactory)
    external_id = factory.Sequence(lambda n: f"line-{n}")
    product = factory.SubFactory(ProductFactory, store=factory.SelfAttribute("..store"))
    title = factory.SelfAttribute("product.title")
    quantity = Decimal(1)
    unit_price_minor = 49900
    total_minor = 49900


class FulfillmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Fulfillment

    order = factory.SubFactory(OrderFactory, store=factory.SelfAttribute("..store"))
    store = factory.SubFactory(StoreFactory)
    external_id = factory.Sequence(lambda n: f"parcel-{n}")
    status = Fulfillment.Status.SHIPPED
    created_at = PLACED
