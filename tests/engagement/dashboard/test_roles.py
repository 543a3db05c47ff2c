"""The role table, held against every page and button."""

import pytest
from django.contrib import admin
from django.urls import reverse

from core.stores.models import User
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.roles import ALL, TABLE, allows
from tests.factories.everything import one_of_everything

PAGES = {
    model._meta.label: page
    for model, page in admin.site._registry.items()
    if isinstance(page, StoreAdmin)
}


def stem(label: str) -> str:
    meta = PAGES[label].opts
    return f"admin:{meta.app_label}_{meta.model_name}"


def test_every_page_has_a_line_in_the_table():
    assert {page.area for page in PAGES.values()} <= TABLE.keys()


def test_what_the_table_does_not_name_is_forbidden():
    assert not allows(role="owner", area="no such area", deed="view")
    assert not allows(role="owner", area="orders", deed="delete")
    assert not allows(role=None, area="orders", deed="view")
    assert not allows(role="superhero", area="orders", deed="view")


@pytest.mark.parametrize("role", sorted(ALL))
def test_each_role_opens_what_the_table_says(role, log_in, store):
    rows = one_of_everything(store)
    client = log_in(store=store, role=role)
    for label, page in PAGES.items():
        may = allows(role=role, area=page.area, deed="view")
        for url in (
            reverse(f"{stem(label)}_changelist"),
            reverse(f"{stem(label)}_change", args=[rows[label].pk]),
        ):
            assert client.get(url).status_code == (200 if may else 403), f"{role}: {url}"


@pytest.mark.parametrize("role", sorted(ALL))
def test_each_role_presses_the_buttons_the_table_says(role, log_in, store):
    rows = one_of_everything(store)
    client = log_in(store=store, role=role)
    for label, page in PAGES.items():
        for button in page.actions_detail:
            may = allows(role=role, area=page.area, deed="act")
            url = reverse(f"{stem(label)}_{button}", args=[rows[label].pk])
            assert client.get(url).status_code == (200 if may else 403), f"{role}: {url}"


@pytest.mark.parametrize("role", sorted(ALL))
def test_each_role_adds_what_the_table_says(role, log_in, store):
    client = log_in(store=store, role=role)
    for label, page in PAGES.items():
        if label == "stores.Store":
            continue
        may = bool(page.add_fields) and allows(role=role, area=page.area, deed="add")
        url = reverse(f"{stem(label)}_add")
        assert client.get(url).status_code == (200 if may else 403), f"{role}: {url}"


def test_a_viewer_s_post_changes_nothing(log_in, store):
    product = one_of_everything(store)["orders.Product"]
    client = log_in(store=store, role="viewer")
    url = reverse("admin:orders_product_change", args=[product.pk])
    assert client.post(url, {**client.form, "review_delay_days": "3"}).status_code == 403
    product.refresh_from_db()
    assert product.review_delay_days is None


def test_the_people_s_list_is_for_superusers(owner, log_in, store, superuser):
    person = User.objects.exclude(pk=superuser.pk).first()
    urls = [
        reverse("admin:stores_user_changelist"),
        reverse("admin:stores_user_add"),
        reverse("admin:stores_user_change", args=[person.pk]),
        reverse("admin:auth_user_password_change", args=[person.pk]),
    ]
    assert {owner.get(url).status_code for url in urls} == {403}
    assert {log_in(store=store, user=superuser).get(url).status_code for url in urls} == {200}


def test_the_last_owner_cannot_step_down_or_be_taken_out(owner, store):
    place = store.memberships.get(role="owner")
    url = reverse("admin:stores_membership_change", args=[place.pk])
    assert owner.post(url, {**owner.form, "role": "viewer"}).status_code == 200
    delete = reverse("admin:stores_membership_delete", args=[place.pk])
    assert owner.post(delete, {**owner.form, "post": "yes"}).status_code == 403
    place.refresh_from_db()
    assert place.role == "owner"


def test_only_superusers_make_stores(owner, log_in, superuser, store):
    assert owner.get(reverse("admin:stores_store_add")).status_code == 403
    assert (
        log_in(store=store, user=superuser).get(reverse("admin:stores_store_add")).status_code
        == 200
    )
