"""The queue of wishes: approved or refused with a reason, by those who may."""

import re

import pytest
from django.urls import reverse

from core.audit.models import AuditEntry
from core.stores.scope import store_scope
from orders.models import ChangeRequest, SelfServicePolicy
from tests.factories.orders import PLACED, OrderFactory


@pytest.fixture
def asked(store) -> ChangeRequest:
    with store_scope(store.pk):
        return ChangeRequest.objects.create(
            store=store,
            order=OrderFactory(store=store),
            kind="cancel",
            why="Ordered twice",
            asked_at=PLACED,
        )


def page(asked) -> str:
    return reverse("admin:orders_changerequest_change", args=[asked.pk])


def press(owner, asked, button: str):
    shown = owner.get(page(asked), owner.form).content.decode()
    link = re.search(rf'href="([^"]*{asked.pk}/{button}[^"]*)"', shown)[1].replace("&amp;", "&")
    return owner.post(link, {**owner.form, "confirmed": "1"}, follow=True).content.decode()


def test_a_refusal_needs_a_reason_and_is_written_down(owner, store, asked):
    assert "Ordered twice" in owner.get(page(asked), owner.form).content.decode()
    assert "Write and save the reason first" in press(owner, asked, "refuse")
    owner.post(page(asked), {**owner.form, "reason": "Už je zabalená"})
    press(owner, asked, "refuse")
    with store_scope(store.pk):
        asked.refresh_from_db()
        actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert (asked.status, asked.reason) == ("refused", "Už je zabalená")
    assert "changerequest.refuse" in actions


def test_approved_without_a_connection_says_who_carries_it_out(owner, store, asked):
    assert "Carry it out in your shop now" in press(owner, asked, "approve")
    press(owner, asked, "is_done")
    with store_scope(store.pk):
        asked.refresh_from_db()
    assert asked.status == "done"


def test_the_order_shows_what_was_asked(owner, asked):
    address = reverse("admin:orders_order_change", args=[asked.order_id])
    shown = owner.get(address, owner.form).content.decode()
    assert "What the customer asked for" in shown
    assert "Ordered twice" in shown


def test_the_first_page_says_who_waits(owner, store, asked):
    shown = owner.get("/admin/").content.decode()
    assert "1 customer waits for your answer about a change" in shown
    press(owner, asked, "approve")
    assert "for your answer" not in owner.get("/admin/").content.decode()


def test_a_merchant_sets_the_rules_once(owner, store):
    add = reverse("admin:orders_selfservicepolicy_add")
    kinds = ("cancel", "edit_address", "edit_contact", "edit_note")
    typed = {f"{kind}_until": "dispatch" for kind in kinds} | {f"{k}_mode": "ask" for k in kinds}
    owner.post(add, {**owner.form, **typed, "cancel_until": "minutes", "minutes": "30"})
    with store_scope(store.pk):
        assert SelfServicePolicy.objects.get().minutes == 30
    assert owner.get(add, owner.form).status_code == 403
