"""Whole files taken in with every flow on: consent is kept, and not one mail is planned."""

from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from core.events import spine
from core.events.models import EventRow
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.flows.operations.install_flows import install_flows
from engagement.messages.models import Message
from engagement.preferences.models import Consent
from orders.models import Order

SHOPIFY = (
    "Name,Email,Financial Status,Paid at,Accepts Marketing,Currency,Total,Created at,"
    "Lineitem quantity,Lineitem name,Lineitem price,Cancelled at,Refunded Amount,Id\n"
    "#1,jana@mail.example,paid,2026-03-03 09:00:00 +0100,yes,CZK,300.00,"
    "2026-03-03 09:00:00 +0100,1,Soap,100.00,,0.00,901\n"
    "#1,jana@mail.example,,,,,,2026-03-03 09:00:00 +0100,2,Cup,100.00,,,\n"
    "#2,eva@mail.example,refunded,2026-03-02 09:00:00 +0100,no,CZK,50.00,"
    "2026-03-02 09:00:00 +0100,1,Soap,50.00,2026-03-03 08:00:00 +0100,50.00,902\n"
)


@pytest.mark.django_db
def test_an_import_plans_no_mail_even_with_every_flow_on(
    store: Store, now: datetime, tmp_path: Path
) -> None:
    path = tmp_path / "orders_export.csv"
    path.write_text(SHOPIFY, encoding="utf-8")
    with store_scope(store.pk):
        install_flows(store=store, now=now)

    call_command(
        "import_orders", path, store=store.slug, format="shopify", json=True, stdout=StringIO()
    )
    spine.drain()

    with store_scope(store.pk):
        assert Order.objects.count() == 2
        names = set(EventRow.objects.values_list("name", flat=True))
        assert names == {
            "order.placed",
            "order.paid",
            "order.canceled",
            "order.refunded",
            "customer.consent_stated",
        }
        assert not Message.objects.exists()
        consent = Consent.objects.get()
        assert consent.basis == "explicit"
        assert consent.customer.email == "jana@mail.example"
