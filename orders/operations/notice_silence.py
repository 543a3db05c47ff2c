"""Find who has bought nothing for a month, and for two, three and four.

Run once per local day of a store. Looks through the index of last orders at four windows of some
days, so the cost grows with who falls silent, not with how many customers there are. A second run, or
a run after days of rest, records nothing twice.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from core.events.models import EventRow
from core.events.spine import Fact, record_all
from core.stores.models import Store
from core.stores.scope import store_scope
from orders.events import CustomerWentQuiet
from orders.models import Customer

MONTH = timedelta(days=30)
MONTHS = (1, 2, 3, 4)
WINDOW = timedelta(days=7)
BATCH = 500


def notice_silence(*, store: Store, now: datetime) -> int:
    """Record ``customer.went_quiet`` for those who fell silent; how many were new.

    Told again each month up to the fourth, so that a flow that was switched on later meets them too.
    """
    new = 0
    with store_scope(store.pk):
        for months in MONTHS:
            upto = now - months * MONTH
            silent = (
                Customer.objects.filter(
                    Q(last_order_at__gt=upto - WINDOW) & Q(last_order_at__lte=upto),
                    merged_into__isnull=True,
                    erased_at__isnull=True,
                )
                .order_by("-last_order_at", "pk")
                .values_list("pk", "last_order_at")
            )
            batch: list[Fact] = []
            for pk, since in silent.iterator(chunk_size=BATCH):
                if since is None:
                    continue
                batch.append(
                    Fact(
                        news=CustomerWentQuiet(customer_id=pk, since=since.isoformat()),
                        subject=f"customer:{pk}",
                        key=f"{pk}:{since:%Y-%m-%d}:{months}",
                        occurred_at=now,
                    )
                )
                if len(batch) == BATCH:
                    new += _record(batch, store=store, now=now)
                    batch = []
            new += _record(batch, store=store, now=now)
    return new


def _record(facts: list[Fact], *, store: Store, now: datetime) -> int:
    if not facts:
        return 0
    known = set(
        EventRow.objects.filter(
            name=CustomerWentQuiet.name, key__in=[fact.key for fact in facts]
        ).values_list("key", flat=True)
    )
    fresh = [fact for fact in facts if fact.key not in known]
    with transaction.atomic():
        return len(record_all(facts=fresh, store_id=store.pk, origin="live", now=now))
