"""Whoever leaves gets none of the marketing that was planned; order news still goes."""

import uuid

from django.test import Client

from core.events import spine
from core.stores.scope import store_scope
from engagement.messages.models import Message, Outbox
from engagement.preferences.links import unsubscribe_token
from tests.factories.messages import planned
from tests.factories.orders import CustomerFactory


def test_one_click_ends_planned_marketing_with_its_reason_and_leaves_order_news(store):
    with store_scope(store.pk):
        customer, neighbour = CustomerFactory(store=store), CustomerFactory(store=store)
    wanted = planned(store=store, customer=customer)
    unwanted = planned(store=store, customer=customer, marketing=True)
    of_another = planned(store=store, customer=neighbour, marketing=True)
    token = unsubscribe_token(
        store=store, customer_id=customer.pk, message_public_id=uuid.UUID(int=1)
    )
    Client().post(f"/u/{token}/", {"List-Unsubscribe": "One-Click"})
    spine.drain()
    with store_scope(store.pk):
        ended = Message.objects.get(pk=unwanted.pk)
        assert (ended.status, ended.reason) == ("skipped", "unsubscribed")
        assert not Outbox.objects.filter(pk=unwanted.pk).exists()
        assert set(Outbox.objects.values_list("pk", flat=True)) == {wanted.pk, of_another.pk}
