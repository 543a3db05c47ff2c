"""Fifty thousand marketing mails due at once, written as planning writes them. Wants Django set up."""

from dataclasses import replace
from datetime import timedelta

from django.db import connection

from core.clock import real_now
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.flows.catalog.birthday import FLOW as BIRTHDAY
from engagement.flows.definition import Wait
from engagement.flows.operations.publish_version import publish_version
from engagement.messages.models import Lane, Message
from engagement.messages.operations.plan_messages import Promise, plan_messages
from engagement.preferences.models import Consent
from orders.models import Customer

BATCH = 1_000


def marketing_due(*, store: Store, number: int) -> None:
    """Birthday mails of so many people who agreed to them, due an hour ago, at any hour of the day."""
    now = real_now()
    Store.objects.filter(pk=store.pk).update(
        send_windows=[[day, "00:00", "00:00"] for day in range(7)]
    )
    wish = replace(BIRTHDAY.steps[0], wait=Wait(hours=0), expires_after_hours=240)
    publish_version(store=store, definition=replace(BIRTHDAY, steps=(wish,)), now=now)
    with store_scope(store.pk):
        for begin in range(0, number, BATCH):
            people = Customer.objects.bulk_create(
                Customer(
                    store_id=store.pk,
                    email=f"crowd{n}@mail.example",
                    first_name="Jana",
                    birthday_month=now.month,
                    birthday_day=now.day,
                    created_at=now,
                )
                for n in range(begin, min(begin + BATCH, number))
            )
            Consent.objects.bulk_create(
                Consent(
                    store_id=store.pk,
                    customer=person,
                    basis=Consent.Basis.EXPLICIT,
                    source="shopify",
                    stated_at=now - timedelta(days=5),
                    recorded_at=now,
                )
                for person in people
            )
            plan_messages(
                store_id=store.pk,
                promises=[_birthday(person) for person in people],
                now=now,
            )


def _birthday(person: Customer) -> Promise:
    due_at = real_now() - timedelta(hours=1)
    return Promise(
        customer_id=person.pk,
        order_id=None,
        event_id=None,
        flow="birthday",
        step="wish",
        subject=f"customer:{person.pk}",
        occurrence=str(due_at.year),
        message_class=Message.Class.MARKETING,
        template="birthday",
        facts={"occasion": {"kind": "birthday", "on": due_at.date().isoformat()}},
        anchor_at=due_at,
        planned_version=2,
        due_at=due_at,
        expires_at=None,
        lane=Lane.MARKETING,
        ended=None,
    )


def news_waits(*, store: Store) -> tuple[list[float], int]:
    """Seconds from an order news' due time to its hand-over, sorted; and marketing still waiting."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT extract(epoch FROM handed_at - greatest(due_at, created_at))
               FROM engagement_messages_message
               WHERE store_id = %s AND flow = 'order_confirmation' AND handed_at IS NOT NULL
               ORDER BY 1""",
            [store.pk],
        )
        waits = [float(row[0]) for row in cursor.fetchall()]
        cursor.execute(
            "SELECT count(*) FROM engagement_messages_outbox WHERE store_id = %s AND lane = 2",
            [store.pk],
        )
        return waits, cursor.fetchone()[0]
