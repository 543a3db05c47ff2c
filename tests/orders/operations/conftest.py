"""News arriving in Lipa."""

from collections.abc import Callable

import pytest
from django.db import transaction

from core.events.models import EventRow
from orders.ingest.snapshots import News
from orders.operations.apply_news import Outcome, apply_news


@pytest.fixture
def hear(in_store, now) -> Callable[..., Outcome]:
    """Apply one piece of news as a notice would: in its own transaction, in the store's scope."""

    def apply(news: News, *, at=now) -> Outcome:
        with transaction.atomic():
            return apply_news(news=news, store=in_store, origin="live", now=at)

    return apply


@pytest.fixture
def happened(in_store) -> Callable[[], list[str]]:
    """Names of all recorded events, sorted; one that was recorded twice stands twice."""
    return lambda: sorted(EventRow.objects.values_list("name", flat=True))
