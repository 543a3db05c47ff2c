"""Who is due now, and the claim of a hundred: what every worker asks every few seconds."""

from datetime import timedelta

from bench.scale.databases import undone
from bench.scale.seed import BIG
from core.clock import real_now
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.messages.models import Lane
from engagement.messages.operations.claim import claim
from engagement.messages.operations.due_stores import due_stores


def ask_who_is_due() -> int:
    """The poll of both lanes, as the dispatcher does it; how many stores have something due."""
    now = real_now()
    return sum(
        len(due_stores(lane=lane, limit=100, only_store=None, machine_now=now)) for lane in Lane
    )


def claim_a_batch() -> int:
    """A hundred rows of the big store, with their messages; given back."""
    store = Store.objects.get(slug=BIG)
    now = real_now()
    with undone(), store_scope(store.pk):
        return len(
            claim(
                store_id=store.pk,
                lane=Lane.MARKETING,
                limit=100,
                token="bench",
                store_now=now,
                lease_until=now + timedelta(seconds=40),
            )
        )
