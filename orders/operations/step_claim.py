"""A claim moves on: handed over, answered, settled, withdrawn, overdue. One place for all its moves.

Each call is inside a transaction that has locked the claim.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from core.events.spine import record
from core.events.wiring import News
from orders.models import Claim, ClaimStep, WarrantyParty
from orders.warranty.events import ClaimHanded

SHOP_ANSWERS = timedelta(days=3)


def step_claim(
    *,
    claim: Claim,
    kind: str,
    by: str,
    now: datetime,
    words: str = "",
    change: Mapping[str, Any] | None = None,
    news: News | None = None,
) -> ClaimStep:
    """Write `change` to the claim, a step into its history, and record `news`."""
    for name, value in (change or {}).items():
        setattr(claim, name, value)
    if change:
        claim.save(update_fields=list(change))
    step = ClaimStep.objects.create(
        store_id=claim.store_id, claim=claim, kind=kind, by=by[:160], words=words[:500], at=now
    )
    if news is not None:
        record(
            news=news,
            store_id=claim.store_id,
            subject=f"claim:{claim.pk}",
            key=f"{claim.pk}:{step.pk}",
            occurred_at=now,
            origin="live",
            now=now,
        )
    return step


def hand_over(*, claim: Claim, party: WarrantyParty | None, by: str, now: datetime) -> None:
    """Another holds it from now on; None: the shop. Links of who held it before open nothing."""
    within = timedelta(days=party.answer_days) if party else SHOP_ANSWERS
    step_claim(
        claim=claim,
        kind=ClaimStep.Kind.HANDED,
        by=by,
        words=party.name if party else "",
        now=now,
        change={
            "party": party,
            "due_at": min(now + within, max(claim.settle_by, now + timedelta(days=1))),
            "link_epoch": claim.link_epoch + 1,
        },
        news=ClaimHanded(claim_id=claim.pk, party_id=party.pk) if party else None,
    )
