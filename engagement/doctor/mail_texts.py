"""The shops' own mail texts: do they work, and is every language whole?"""

from datetime import datetime

from core.stores.models import Store
from core.stores.scope import every_store
from engagement.doctor.finding import Finding
from engagement.messages.broken_copy import broken_copy
from engagement.messages.live_copy import live_copy
from engagement.messages.rendering.copy import SHARED
from engagement.messages.rendering.holes import holes_of
from engagement.messages.rendering.own_copy import OwnCopy
from engagement.messages.rendering.slots import mail_keys

NAMED = 3


def examine(*, now: datetime) -> list[Finding]:
    """One pass over the stores; two queries for a store with texts of its own."""
    found: list[Finding] = []
    with every_store():
        stores = list(Store.objects.order_by("slug"))
    for store in stores:
        store_now = now + store.clock_offset
        found += _broken(store, store_now)
        found += _holes(store, live_copy(store=store, now=store_now))
    return found


def _broken(store: Store, now: datetime) -> list[Finding]:
    return [
        Finding(
            "warn",
            f"store {store.slug}",
            f"Its own words of {template} ({language or 'look'}) cannot be used: {why}",
            "The shipped words stand in. Mend them under Mail texts, or take them as shipped.",
        )
        for (template, language), why in broken_copy(store=store, now=now).items()
    ]


def _holes(store: Store, own: OwnCopy) -> list[Finding]:
    found = []
    for language in store.languages:
        missing = [
            f"{template}: {slot}"
            for template in (SHARED, *mail_keys())
            for slot in holes_of(template=template, language=language, own=own)
        ]
        if missing:
            more = f" and {len(missing) - NAMED} more" if len(missing) > NAMED else ""
            found.append(
                Finding(
                    "warn",
                    f"store {store.slug}",
                    f"Not written in {language}: {', '.join(missing[:NAMED])}{more}.",
                    "They come in the store's default language, else in English. Write them under "
                    "Mail texts.",
                )
            )
    return found
