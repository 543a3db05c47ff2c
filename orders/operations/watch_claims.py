"""Claims whose holder let a deadline pass, and guarantees that end soon."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from core.events.spine import record
from core.stores.models import Store
from core.stores.scope import store_scope
from orders.models import Claim, ClaimStep, Guarantee
from orders.operations.step_claim import step_claim
from orders.warranty.events import ClaimOverdue, GuaranteeEnding
from orders.warranty.own_terms import own_terms, terms_for

AGAIN_AFTER = timedelta(days=2)
TOLD_BEFORE = timedelta(days=60)


def watch_claims(*, store: Store, now: datetime, limit: int = 200) -> int:
    """Escalate up to `limit` claims that are overdue; how many. It is told again every two days until
    somebody answers. Rivals skip each other's."""
    with store_scope(store.pk), transaction.atomic():
        claims = list(
            Claim.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(closed_at__isnull=True, due_at__lte=now)
            .order_by("due_at", "pk")[:limit]
        )
        for claim in claims:
            times = claim.escalated + 1
            step_claim(
                claim=claim,
                kind=ClaimStep.Kind.OVERDUE,
                by="",
                words=claim.party.name if claim.party else "",
                now=now,
                change={"escalated": times, "due_at": now + AGAIN_AFTER},
                news=ClaimOverdue(claim_id=claim.pk, times=times),
            )
    return len(claims)


def near_ends(*, store: Store, now: datetime, limit: int = 500) -> int:
    """Say of up to `limit` guarantees that they end within sixty days; how many. Once for each end:
    who was mended and got another year hears of that end too."""
    today = now.astimezone(store.zone).date()
    with store_scope(store.pk), transaction.atomic():
        terms = own_terms()
        rows = list(
            Guarantee.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(
                Q(told_end_for__isnull=True) | ~Q(told_end_for=F("until")),
                ended_at__isnull=True,
                checked_at__isnull=False,
                customer__isnull=False,
                until__gte=today,
                until__lte=today + TOLD_BEFORE,
            )
            .select_related("product")
            .order_by("until", "pk")[:limit]
        )
        for row in rows:
            assert row.until is not None  # noqa: S101 (filtered above)
            own = terms_for(terms=terms, product=row.product)
            record(
                news=GuaranteeEnding(
                    guarantee_id=row.pk,
                    customer_id=row.customer_id,
                    until=row.until.isoformat(),
                    offer_months=own.offer_months if own and own.offer_url else 0,
                    offer_url=own.offer_url if own else "",
                ),
                store_id=store.pk,
                subject=f"guarantee:{row.pk}",
                key=f"{row.pk}:{row.until.isoformat()}",
                occurred_at=now,
                origin="live",
                now=now,
            )
            row.told_end_for = row.until
            row.save(update_fields=["told_end_for"])
    return len(rows)
