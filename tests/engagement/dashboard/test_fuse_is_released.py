"""A flood trips the fuse; a person looks at it in the dashboard and lets it go."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from core import clock
from core.audit.models import AuditEntry
from core.stores.scope import store_scope
from engagement.chores import BY_NAME, run_now
from engagement.flows.models import Flow
from engagement.flows.operations import watch_floods
from engagement.flows.operations.install_flows import install_flows
from engagement.travel import LOCAL_MAILBOX, work
from orders.operations.connect_source import connect_source
from tests.factories.journey import Journey, cream
from tests.factories.senders import Sender

FLOOR = 3


@pytest.fixture
def shop(store, client, settings, monkeypatch) -> Journey:
    """A real shop whose fuse is small, so that the test may be."""
    settings.EMAIL_BACKEND = LOCAL_MAILBOX
    monkeypatch.setattr(watch_floods, "ALWAYS_ALLOWED", FLOOR)
    began = clock.now(store) - timedelta(days=1)
    with store_scope(store.pk):
        install_flows(store=store, now=began)
        return Journey(
            store=store,
            sender=Sender(client, connect_source(store=store, source="shopify", now=began)),
        )


def test_a_person_releases_what_a_flood_has_stopped(shop, owner, store):
    orders = [
        shop.buys(email=f"p{n}@mail.example", customer={"id": n, "email": f"p{n}@mail.example"})
        for n in range(FLOOR + 2)
    ]
    for order in orders:  # somebody edits all orders at once; the mails wait an hour for more edits
        body = {**shop.last[order], "line_items": [cream(quantity=2)], "total_price": "929.00"}
        later = (shop.now + timedelta(seconds=1)).isoformat(timespec="seconds")
        shop.sender.shopify("orders/updated", {**body, "updated_at": later})
    for name in ("notices", "reactions"):
        run_now(BY_NAME[name])
    assert run_now(BY_NAME["floods"]) == 1
    work(store=store)
    assert "order_changed" not in shop.sent()

    with store_scope(store.pk):
        flow = Flow.objects.get(key="order_changed")
    assert flow.status == Flow.Status.PAUSED
    page = owner.get(reverse("admin:flows_flow_change", args=[flow.pk])).content.decode()
    assert f"planned {len(orders)} mails within the hour" in page
    owner.post(
        reverse("admin:flows_flow_switch_on", args=[flow.pk]), {**owner.form, "confirmed": "yes"}
    )
    assert run_now(BY_NAME["floods"]) == 0  # a person has the last word
    with store_scope(store.pk):
        flow.refresh_from_db()
        assert (flow.status, flow.paused_reason) == (Flow.Status.ON, "")
        assert AuditEntry.objects.filter(action="flow.switch_on").exists()
    waiting = shop.messages(flow="order_changed", status="planned")
    with time_machine.travel(max(message.due_at for message in waiting), tick=False):
        work(store=store)
    assert shop.sent().count("order_changed") == len(orders)
