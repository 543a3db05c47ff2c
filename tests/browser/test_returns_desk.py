"""The returns desk by clicking: the queue, the page, receiving and paying back, at both widths."""

import os
from pathlib import Path

import pytest
from django.urls import reverse

from core.stores.models import Store
from core.stores.scope import store_scope
from orders.models import Return
from tests.orders.returns.shop import ask, delivered, lines, received, set_policy, want

PICTURES = os.environ.get("RETURN_PICTURES", "")


@pytest.fixture
def asked(shop) -> Return:
    store = Store.objects.get(pk=shop["stores.Store"].pk)
    with store_scope(store.pk):
        set_policy(store, approval="person")
        order = delivered(store)
        mugs, lamp = lines(order)
        received(ask(order, want(lamp, reason_key="scent"), once="earlier"))
        return ask(order, want(mugs, 2, reason_key="scent", words="Ucho je studené"), once="now")


def picture(page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_desk_has_no_barrier_and_does_not_scroll_sideways(enter, shop, asked, width):
    visitor = enter(width=width)
    policy = reverse("admin:orders_returnpolicy_change", args=[shop["orders.ReturnPolicy"].pk])
    one = reverse("admin:orders_return_change", args=[asked.pk])
    paths = {
        "queue": reverse("admin:orders_return_changelist"),
        "return": one,
        "refuse": one.replace("change/", "refuse"),
        "reasons": reverse("admin:orders_return_reasons"),
        "policies": reverse("admin:orders_returnpolicy_changelist"),
        "policy": policy,
    }
    found = {}
    for name, path in paths.items():
        page = visitor.opens(path)
        picture(page, f"{name}-{width}")
        barriers = visitor.barriers()
        if barriers or visitor.scrolls_sideways():
            found[name] = barriers or "scrolls sideways"
    assert found == {}


def test_from_the_queue_to_the_money_by_clicking(enter, shop, asked):
    visitor = enter()
    page = visitor.opens(reverse("admin:orders_return_changelist"))
    page.get_by_role("link", name="Waits for your answer:").click()
    page.get_by_role("link", name=asked.reference).first.click()
    page.get_by_text("Ucho je studené").wait_for()
    page.get_by_role("link", name="Approve").click()
    page.get_by_role("button", name="Approve").click()
    page.get_by_text("Approved. The customer is written to.").wait_for()
    page.get_by_role("link", name="Receive goods").click()
    picture(page, "receive")
    assert visitor.barriers() == []
    page.get_by_label("back on the shelf").fill("2")
    page.get_by_role("button", name="Write down").click()
    page.get_by_text("Written down. The customer is written to.").wait_for()
    page.get_by_role("link", name="Give money back").click()
    assert page.get_by_label("Amount").input_value() == "400.00"
    picture(page, "refund")
    page.get_by_role("button", name="Give money back").click()
    page.get_by_text("On its way to your shop").wait_for()
    page.get_by_role("link", name="It is done").click()
    page.get_by_role("button", name="It is done").click()
    page.get_by_text("Noted as done.").wait_for()
    picture(page, "done")
    row = Return._base_manager.get(pk=asked.pk)
    assert (row.status, row.paid_back_minor) == ("done", 40000)
