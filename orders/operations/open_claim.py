"""An owner says that something is wrong with a piece; it goes to whom the shop's rules say."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from django.core.files.base import ContentFile
from django.db import transaction

from core.events.spine import record
from orders.models import Claim, ClaimPhoto, ClaimRule, ClaimStep, Guarantee
from orders.models.claim import MOST_PHOTOS
from orders.operations.step_claim import SHOP_ANSWERS, hand_over, step_claim
from orders.warranty.events import ClaimOpened
from orders.warranty.route import fitting_rule
from orders.warranty.terms import months_passed

# Act 634/1992 (CZ), § 19(3), and Act 108/2024 (SK) give thirty days; elsewhere "a reasonable time"
# (Directive (EU) 2019/771, Article 14(1)(b)), which we take for the same.
SETTLED_WITHIN = timedelta(days=30)

WhyNot = Literal["ended", "over", "unchecked", "open"]


class NoClaim(Exception):
    """It cannot be claimed: given back, over, not looked at yet, or claimed already."""

    def __init__(self, why: WhyNot) -> None:
        super().__init__(why)
        self.why: WhyNot = why


def why_no_claim(*, guarantee: Guarantee, today: date) -> WhyNot | None:
    """What stands against a claim today; None when nothing does. One query."""
    if guarantee.ended_at is not None:
        return "ended"
    if guarantee.checked_at is None:
        return "unchecked"
    if guarantee.until is None or today > guarantee.until:
        return "over"
    if guarantee.claims.filter(closed_at__isnull=True).exists():
        return "open"
    return None


def open_claim(
    *,
    guarantee: Guarantee,
    what: str,
    photos: Sequence[ContentFile],
    today: date,
    now: datetime,
) -> Claim:
    """Write it down, keep its pictures, hand it on by rule. Two tabs make one claim: the guarantee's
    lock decides, and a constraint stands behind it. `today` is the store's. Raises `NoClaim`.
    Inside the store's scope; `photos` have been written anew.
    """
    with transaction.atomic():
        row = Guarantee.objects.select_for_update(of=("self",)).get(pk=guarantee.pk)
        if (why := why_no_claim(guarantee=row, today=today)) is not None:
            raise NoClaim(why)
        claim = Claim.objects.create(
            store_id=row.store_id,
            guarantee=row,
            customer_id=row.customer_id,
            what=what.strip()[:2000],
            opened_at=now,
            settle_by=now + SETTLED_WITHIN,
            due_at=now + SHOP_ANSWERS,
        )
        for number, photo in enumerate(photos[:MOST_PHOTOS], start=1):
            kept = ClaimPhoto(store_id=row.store_id, claim=claim)
            kept.file.save(f"{claim.public_id.hex}-{number}.jpg", photo)
        step_claim(claim=claim, kind=ClaimStep.Kind.OPENED, by="", now=now)
        record(
            news=ClaimOpened(claim_id=claim.pk, customer_id=claim.customer_id),
            store_id=row.store_id,
            subject=f"claim:{claim.pk}",
            key=str(claim.pk),
            occurred_at=now,
            origin="live",
            now=now,
        )
        rule = fitting_rule(
            rules=ClaimRule.objects.select_related("party"),
            product_id=row.product_id,
            category_id=row.product.category_id if row.product else None,
            country=row.country,
            months=months_passed(since=row.starts_on, on=today),
        )
        if rule is not None and rule.party is not None:
            hand_over(claim=claim, party=rule.party, by="", now=now)
    return claim
