"""Who may be written to. Set-based: a fixed number of queries however many people are asked about."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from core.stores.models import Store
from engagement.preferences.addresses import address_hashes
from engagement.preferences.models import Consent, Suppression
from engagement.preferences.policies import Basis, Statement, basis_in_force
from orders.models import Customer

Reach = Suppression.Reach


def marketing_bases(
    *, customer_ids: Collection[int], store: Store, now: datetime
) -> dict[int, Basis]:
    """What marketing to each of these customers rests on, as known at `now`. Two queries.

    Every id is in the answer; `Basis.NONE` means no marketing. The rule is
    `policies.basis_in_force`. Suppression is a separate question: ask `suppressed`, too.
    """
    # Whoever was merged into one of these speaks for them before the reaction has carried it over.
    people = Customer.objects.filter(
        Q(pk__in=customer_ids) | Q(merged_into_id__in=customer_ids)
    ).values_list("pk", "merged_into_id", "order_count", "erased_at")
    speaks_for: defaultdict[int, set[int]] = defaultdict(set)
    bought: set[int] = set()
    for pk, merged_into_id, order_count, erased_at in people:
        speaks_for[pk].add(pk)
        if merged_into_id is not None:
            speaks_for[pk].add(merged_into_id)
        elif order_count and erased_at is None:
            bought.add(pk)
    statements: defaultdict[int, list[Statement]] = defaultdict(list)
    said = Consent.objects.filter(customer_id__in=speaks_for, stated_at__lte=now)
    columns = ("customer_id", "stated_at", "basis", "source")
    for speaker, stated_at, basis, source in said.values_list(*columns):
        for customer_id in speaks_for[speaker]:
            statements[customer_id].append((stated_at, basis, source))
    return {
        customer_id: basis_in_force(
            statements=statements[customer_id],
            has_bought=customer_id in bought,
            soft_opt_in=store.soft_opt_in,
        )
        for customer_id in customer_ids
    }


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
