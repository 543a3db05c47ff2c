"""Seed the demo: both shops, their year, and somebody who may look at them."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from core.audit.models import AuditEntry
from core.stores.models import Store, User
from core.stores.scope import store_scope
from engagement.demo.catalogs import SHOPS
from engagement.demo.furnish import furnish_year
from engagement.demo.open_shop import open_shop
from engagement.demo.quick_commits import quick_commits
from engagement.demo.rare_collections import rare_collections
from engagement.demo.story import story_of
from engagement.demo.walk import live_through, settle
from engagement.demo.wipe import NotADemoShop, wipe_shop
from engagement.demo.world import Shop

OWNER = "owner@demo.example"
DONE = "demo.seeded"
MONTH = timedelta(days=30.4375)

Teller = Callable[[Shop, float], None]


@dataclass(frozen=True, slots=True)
class SeededShop:
    """One shop as it stands after seeding. `is_new` is false where it was there before."""

    store: Store
    is_new: bool


def seed_demo(
    *,
    customers: int,
    months: int,
    seed: int,
    fresh: bool,
    now: datetime,
    tell: Teller,
) -> list[SeededShop]:
    """Both shops with `customers` between them and a past of `months` that ends `now`.

    A shop that is there and finished stays as it is, unless `fresh`; one that was left half done is
    made anew. `tell` hears, per shop, how far it is (0 to 1). Raises `wipe.NotADemoShop` where a
    real store has the name of a demo shop.
    """
    owner = _owner()
    with quick_commits(), rare_collections():
        return [
            _seed_shop(
                shop=shop,
                customers=max(1, round(customers * shop.share)),
                months=months,
                seed=seed,
                fresh=fresh,
                owner=owner,
                now=now,
                tell=tell,
            )
            for shop in SHOPS
        ]


def _seed_shop(
    *,
    shop: Shop,
    customers: int,
    months: int,
    seed: int,
    fresh: bool,
    owner: User,
    now: datetime,
    tell: Teller,
) -> SeededShop:
    there = Store.objects.filter(slug=shop.slug).first()
    if there is not None:
        if not there.is_demo:
            raise NotADemoShop(
                f"There is a real store called “{there.slug}”. Nothing was changed; the demo needs "
                "that name and leaves real stores alone."
            )
        if not fresh and _is_finished(there):
            return SeededShop(store=there, is_new=False)
        wipe_shop(store=there)
    starts_at = now - MONTH * months
    story = story_of(shop=shop, customers=customers, seed=seed, starts_at=starts_at, ends_at=now)
    store, doors = open_shop(shop=shop, owner=owner, starts_at=starts_at)
    live_through(
        store=store,
        shop=shop,
        doors=doors,
        story=story,
        until=now,
        tell=lambda moment: tell(shop, (moment - starts_at) / (now - starts_at)),
    )
    store.clock_offset = timedelta()
    Store.objects.filter(pk=store.pk).update(clock_offset=timedelta())
    furnish_year(store=store, shop=shop, now=now)
    settle(store=store)
    with store_scope(store.pk):
        AuditEntry.objects.create(
            store=store,
            actor="manage.py demo",
            action=DONE,
            detail={"customers": customers, "months": months, "seed": seed},
            happened_at=now,
        )
    tell(shop, 1.0)
    return SeededShop(store=store, is_new=True)


def _is_finished(store: Store) -> bool:
    with store_scope(store.pk):
        return AuditEntry.objects.filter(action=DONE).exists()


def login_file() -> Path:
    """Where the generated login is kept, for its owner's eyes."""
    return settings.VAR_DIR / "demo-login.txt"


def _owner() -> User:
    """The person who owns the demo shops. The password is made once, and kept in `login_file`."""
    owner = User.objects.filter(email=OWNER).first()
    if owner is not None:
        return owner
    password = secrets.token_urlsafe(12)
    login_file().parent.mkdir(parents=True, exist_ok=True)
    login_file().touch(mode=0o600)
    login_file().chmod(0o600)
    login_file().write_text(f"{OWNER}\n{password}\n", encoding="utf-8")
    # Who runs the demo runs the installation, too: they may add stores and people of their own.
    return User.objects.create_superuser(email=OWNER, password=password, name="Demo owner")
