"""Imported history is recorded, and only reactions that ask for it are owed anything."""

from datetime import datetime

import pytest
from django.db import transaction

from core.events import spine
from core.events.models import PendingReaction
from core.stores.models import Store
from orders.events import CustomerConsentStated, OrderPlaced

PLACED = OrderPlaced(order_id=1, customer_id=None)
CONSENT = CustomerConsentStated(
    customer_id=1, basis="explicit", source="file", wording="Yes", stated_at="2026-03-01T00:00:00Z"
)


@pytest.mark.parametrize(
    ("news", "origin", "owed"),
    [
        (PLACED, "import", False),
        (PLACED, "live", True),
        (PLACED, "replay", True),
        (CONSENT, "import", True),
    ],
)
def test_imported_news_reaches_only_reactions_that_want_it(
    in_store: Store, now: datetime, news, origin, owed
) -> None:
    with transaction.atomic():
        row = spine.record(
            news=news,
            store_id=in_store.pk,
            subject="order:1",
            key="1",
            occurred_at=now,
            origin=origin,
            now=now,
        )
    assert row is not None
    assert PendingReaction.objects.filter(event=row).exists() is owed
