"""Events of imported history into the tables, many at once."""

from collections.abc import Sequence
from datetime import datetime

from core.events.models import EventRow
from core.events.spine import Fact, record_all
from core.events.wiring import reactions_to
from core.stores.models import Store
from orders.imports.drafts import ORIGIN
from orders.imports.tables import insert_values

EVENT_COLUMNS = (
    "store_id",
    "name",
    "key",
    "subject",
    "payload",
    "origin",
    "occurred_at",
    "recorded_at",
)


def record_history(facts: Sequence[Fact], *, store: Store, now: datetime) -> None:
    """Record facts that cannot be known yet, since what they are about is new.

    Events to which a reaction is owed even for imported history go through the spine itself.
    """
    names = {fact.news.name for fact in facts}
    answered = {name for name in names if reactions_to(name, origin=ORIGIN)}
    owed = [fact for fact in facts if fact.news.name in answered]
    record_all(facts=owed, store_id=store.pk, origin=ORIGIN, now=now)
    rows = [
        (
            store.pk,
            fact.news.name,
            fact.key,
            fact.subject,
            vars(fact.news),  # flat: ids and plain values
            ORIGIN,
            fact.occurred_at,
            now,
        )
        for fact in facts
        if fact.news.name not in answered
    ]
    insert_values(EventRow, EVENT_COLUMNS, rows)
