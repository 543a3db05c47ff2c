"""Open a demo shop: the store, its people, its shelves, its flows and its doors."""

from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction

from core.clock import real_now
from core.stores.models import Membership, Store, User
from core.stores.scope import store_scope
from engagement.demo.doors import Doors
from engagement.demo.furnish import furnish_opening
from engagement.demo.voices import SOURCES
from engagement.demo.world import Shop
from engagement.flows.operations.install_flows import install_flows
from orders.models import Category
from orders.operations.connect_source import connect_source


def open_shop(*, shop: Shop, owner: User, starts_at: datetime) -> tuple[Store, Doors]:
    """The store of `shop`, opened at `starts_at` of its own clock, with `owner` as its owner."""
    with transaction.atomic():
        store = Store(
            slug=shop.slug,
            is_demo=True,
            clock_offset=starts_at - real_now(),
            **shop.settings,
        )
        store.full_clean()
        store.save()
        Membership.objects.create(user=owner, store=store, role=Membership.Role.OWNER)
        with store_scope(store.pk):
            Category.objects.bulk_create(
                Category(
                    store=store,
                    name=shelf.name,
                    review_delay_days=shelf.review_delay_days,
                    replenish_after_days=shelf.replenish_after_days,
                )
                for shelf in shop.shelves
            )
            install_flows(store=store, now=starts_at)
            furnish_opening(store=store, shop=shop, now=starts_at)
            connections = {
                source: connect_source(store=store, source=source, now=starts_at)
                for source in SOURCES[shop.voice]
            }
    return store, Doors(
        endpoints={
            source: (urlsplit(made.url).path, made.secret) for source, made in connections.items()
        }
    )
