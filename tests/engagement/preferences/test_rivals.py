"""Two words of one person in the same instant. PostgreSQL only: SQLite has one writer."""

import threading
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection

from core.events.models import EventRow
from core.stores.scope import store_scope
from engagement.preferences.models import Suppression
from engagement.preferences.operations.carry_over import carry_over
from engagement.preferences.operations.record_consent import record_consent
from engagement.preferences.operations.unsubscribe import unsubscribe
from engagement.preferences.queries import marketing_bases, suppressed
from tests.factories.orders import CustomerFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

ROUNDS = 8


def at_once(store, *works):
    gate, errors = threading.Barrier(len(works)), []

    def run(work):
        close_old_connections()
        try:
            gate.wait(timeout=10)
            with store_scope(store.pk):
                work()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert errors == []


def test_two_clicks_in_one_instant_are_one_unsubscription(store, now):
    for _ in range(ROUNDS):
        with store_scope(store.pk):
            customer = CustomerFactory(store=store)

        def click(pk=customer.pk):
            unsubscribe(customer_id=pk, source="one_click", now=now)

        at_once(store, click, click)
        with store_scope(store.pk):
            assert customer.consents.count() == 1
    with store_scope(store.pk):
        assert Suppression.objects.count() == ROUNDS
        assert EventRow.objects.filter(name="customer.unsubscribed").count() == ROUNDS


def test_an_older_yes_that_arrives_with_the_click_does_not_undo_it(store, now):
    for _ in range(ROUNDS):
        with store_scope(store.pk):
            customer = CustomerFactory(store=store)

        def click(pk=customer.pk):
            unsubscribe(customer_id=pk, source="one_click", now=now)

        def hear(pk=customer.pk):
            record_consent(
                customer_id=pk,
                basis="explicit",
                source="shopify",
                wording="",
                stated_at=now - timedelta(minutes=1),
                now=now,
            )

        at_once(store, click, hear)
        with store_scope(store.pk):
            bases = marketing_bases(customer_ids=[customer.pk], store=store, now=now)
            assert bases == {customer.pk: "none"}
            assert suppressed(emails=[customer.email]) == {customer.email: "marketing"}


def test_a_click_during_a_merge_holds_for_the_one_who_remains(store, now):
    for _ in range(ROUNDS):
        with store_scope(store.pk):
            remains = CustomerFactory(store=store)
            gone = CustomerFactory(store=store, merged_into=remains)

        def click(pk=gone.pk):
            unsubscribe(customer_id=pk, source="one_click", now=now)

        def merge(to=remains.pk, from_=gone.pk):
            carry_over(to_customer_id=to, from_customer_id=from_, now=now)

        at_once(store, click, merge)
        with store_scope(store.pk):
            assert marketing_bases(customer_ids=[remains.pk], store=store, now=now) == {
                remains.pk: "none"
            }
            assert set(suppressed(emails=[remains.email])) == {remains.email}
