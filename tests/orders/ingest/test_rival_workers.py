"""Two workers at once: every notice is worked on by one of them, and by one only."""

from collections import Counter
from threading import Barrier, Thread
from unittest.mock import patch

import pytest
from django.db import connection

from core.stores.scope import every_store
from orders.models import InboundNotice
from orders.operations import process_notices as processing
from orders.operations.process_notices import drain_notices


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_notices_without_overlap(connect) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer")
    sender = connect("shopify")
    for number in range(60):
        sender.shopify("customers/delete", {"id": number, "admin_graphql_api_id": "gid://x"})
    worked: Counter[int] = Counter()
    real, start = processing.apply_notice, Barrier(2)

    def counted(*, notice, store, now):
        worked[notice.pk] += 1
        return real(notice=notice, store=store, now=now)

    def work() -> None:
        start.wait()
        while processing.process_due(limit=5):
            pass
        connection.close()

    with patch.object(processing, "apply_notice", counted):
        workers = [Thread(target=work) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(timeout=60)
    drain_notices()
    assert len(worked) == 60
    assert set(worked.values()) == {1}
    with every_store():
        assert not InboundNotice.objects.filter(status="waiting").exists()
