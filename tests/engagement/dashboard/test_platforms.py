"""A merchant connects the shop's own systems: what is typed goes in, and no secret comes out."""

import re

import pytest
from django.urls import reverse
from standardwebhooks import Webhook

from core.stores.scope import store_scope
from orders.models import PlatformCommand, PlatformConnection

ADD = reverse("admin:orders_platformconnection_add")


def add(owner, **fields):
    empty = {"token": "", "key": "", "secret": ""}
    return owner.post(ADD, {**owner.form, **empty, **fields})


def test_the_signing_secret_of_an_own_system_is_shown_once(owner, store):
    answer = add(owner, platform="webhook", address="https://shop.example/hook")
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", answer.content.decode())[0]
    assert Webhook(secret)
    with store_scope(store.pk):
        row = PlatformConnection.objects.get()
        assert row.credentials() == {"secret": secret}
        assert secret not in row.credentials_sealed
    page = reverse("admin:orders_platformconnection_change", args=[row.pk])
    assert secret not in owner.get(page, owner.form).content.decode()


@pytest.mark.parametrize(
    ("platform", "address"),
    [
        ("webhook", "http://shop.example/hook"),
        ("webhook", "https://user:word@shop.example/"),
        ("shopify", "shop.example"),
        ("shopify", "evil.example/x.myshopify.com"),
        ("woocommerce", "ftp://shop.example"),
    ],
)
def test_addresses_that_are_never_called_are_not_taken(owner, store, platform, address):
    answer = add(owner, platform=platform, address=address, token="t", key="k", secret="s")
    assert answer.status_code == 200
    with store_scope(store.pk):
        assert not PlatformConnection.objects.exists()


def test_credentials_stay_when_left_empty_and_the_test_is_queued(owner, store):
    add(owner, platform="shopify", address="lipa.myshopify.com", token="shpat_1")
    with store_scope(store.pk):
        row = PlatformConnection.objects.get()
    page = reverse("admin:orders_platformconnection_change", args=[row.pk])
    shown = owner.get(page, owner.form).content.decode()
    assert "shpat_1" not in shown
    answer = owner.post(page, {**owner.form, "address": "lipa2.myshopify.com", "token": ""})
    assert answer.status_code == 302
    with store_scope(store.pk):
        row.refresh_from_db()
        assert (row.address, row.credentials()) == ("lipa2.myshopify.com", {"token": "shpat_1"})
    button = re.search(rf'href="([^"]*{row.pk}/test[^"]*)"', shown)[1].replace("&amp;", "&")
    owner.post(button, {**owner.form, "confirmed": "1"})
    with store_scope(store.pk):
        assert PlatformCommand.objects.get().kind == "test"
