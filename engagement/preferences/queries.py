"""Who may be written to. Set-based: a fixed number of queries however many people are asked about."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Q

from core.stores.models import Store
from engagement.preferences.addresses import address_hashes
from engagement.preferences.laws import law_of
from engagement.preferences.models import Consent, Suppression
from engagement.preferences.policies import Basis, Person, Statement
from engagement.preferences.topics import MARKETING
from orders.models import Customer

Reach = Suppression.Reach
COLUMNS = (
    *("pk", "merged_into_id", "erased_at", "country", "order_count", "last_order_at"),
    *("mail_wishes__paused_until", "mail_wishes__wants_fewer"),
)


def people(*, customer_ids: Collection[int], store: Store, now: datetime) -> dict[int, Person]:
    """What is known at `now` about marketing to each of these customers. Two queries.

    Every id is in the answer. Suppression is a separate question: ask `suppressed`, too.
    """
    # Whoever was merged into one of these speaks for them before the reaction has carried it over.
    rows = Customer.objects.filter(
        Q(pk__in=customer_ids) | Q(merged_into_id__in=customer_ids)
    ).values(*COLUMNS)
    speaks_for: defaultdict[int, set[int]] = defaultdict(set)
    themselves: dict[int, dict[str, Any]] = {}
    pauses: dict[int, list[datetime]] = defaultdict(list)
    sparing: set[int] = set()
    for row in rows:
        pk, into = row["pk"], row["merged_into_id"]
        speaks_for[pk] |= {pk, into} - {None}
        themselves[pk] = row
        for one in speaks_for[pk]:
            pauses[one] += filter(None, [row["mail_wishes__paused_until"]])
            sparing |= {one} if row["mail_wishes__wants_fewer"] else set()
    statements: defaultdict[int, list[Statement]] = defaultdict(list)
    said = Consent.objects.filter(customer_id__in=speaks_for, stated_at__lte=now)
    for speaker, *words in said.values_list("customer_id", *Statement._fields):
        for customer_id in speaks_for[speaker]:
            statements[customer_id].append(Statement(*words))
    found: dict[int, Person] = {}
    for customer_id in customer_ids:
        row = themselves.get(customer_id, {})
        buys = bool(row) and not row["merged_into_id"] and not row["erased_at"]
        found[customer_id] = Person(
            statements=statements[customer_id],
            has_bought=buys and bool(row["order_count"]),
            bought_at=row["last_order_at"] if buys else None,
            law=law_of(country=row.get("country", ""), store_country=store.country),
            soft_opt_in=store.soft_opt_in,
            paused_until=max(pauses[customer_id], default=None),
            wants_fewer=customer_id in sparing,
        )
    return found


def marketing_bases(
    *, customer_ids: Collection[int], store: Store, now: datetime, topic: str = MARKETING
) -> dict[int, Basis]:
    """What marketing, or mail on one `topic`, to each of these customers rests on. Two queries.

    Every id is in the answer; `Basis.NONE` means that it may not be sent. The rule is
    `policies.Person.basis`.
    """
    known = people(customer_ids=customer_ids, store=store, now=now)
    return {pk: person.basis(topic, now=now) for pk, person in known.items()}


def suppressed(*, emails: Collection[str]) -> dict[str, Reach]:
    """Which of these addresses are to be left alone, and how far; the others are missing. One query.

    Keys are the addresses as they were given. `Reach.ALL` is stronger than `Reach.MARKETING`.
    """
    hashes: defaultdict[str, list[str]] = defaultdict(list)
    for email in emails:
        if email:
            for digest in address_hashes(email):
                hashes[digest].append(email)
    if not hashes:
        return {}
    live = Suppression.objects.filter(address_hash__in=hashes, lifted_at__isnull=True)
    found: dict[str, Reach] = {}
    for digest, reach in live.values_list("address_hash", "reach"):
        for email in hashes[digest]:
            if found.get(email) != Reach.ALL:
                found[email] = Reach(reach)
    return found
