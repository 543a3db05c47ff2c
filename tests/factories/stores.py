"""Stores and their people."""

import factory

from core.stores.models import Membership, Store, User


class StoreFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Store

    name = factory.Sequence(lambda n: f"Shop {n}")
    slug = factory.Sequence(lambda n: f"shop-{n}")
    currency = "CZK"
    country = "CZ"
    time_zone = "Europe/Prague"
    default_language = "en"
    languages = factory.LazyFunction(lambda: ["en", "cs", "sk", "sl", "fi"])
    sender_name = factory.SelfAttribute("name")
    sender_email = factory.LazyAttribute(lambda store: f"hello@{store.slug}.example")
    reply_to = factory.LazyAttribute(lambda store: f"care@{store.slug}.example")
    postal_address = "Lipova 1, 110 00 Praha 1"
    site_url = factory.LazyAttribute(lambda store: f"https://{store.slug}.example")


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@staff.example")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.django.Password("a long enough password")


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    store = factory.SubFactory(StoreFactory)
    role = Membership.Role.OWNER
