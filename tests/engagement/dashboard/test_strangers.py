"""The owner of one store cannot see or touch another's rows, over every address of the dashboard."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.forms import ModelChoiceField
from django.urls import get_resolver, reverse

from core.stores.models import Store
from core.stores.scope import every_store
from tests.factories.everything import one_of_everything

# Addresses that are about no model. The mailbox, documents and all buttons are about rows.
SITE = {
    "guides_insertbatch_order",  # of an order, not of a batch: see test_inserts
    "index",
    "login",
    "logout",
    "password_change",
    "password_change_done",
    "autocomplete",
    "jsi18n",
    "search",
    "choose_store",
    "set_password",  # a one-time link, see test_merchant
    "second_factor",  # of the account, not of a store: see test_second_factor
    "second_factor_setup",
    "app_list",
    "preferences_suppression_exchange",  # about a list, no row: see test_suppression_lists
    "preferences_suppression_export",
    "engagement_messages_mailversion_editor",  # about a mail, no row: see tests/engagement/mails
    "engagement_messages_mailversion_preview",
    "orders_return_reasons",  # about all of them: see test_returns
    None,  # the catch-all that answers 404, and Django's old redirect to the change page
}
USERS = {"auth_user_password_change"}  # superusers only, see test_roles
LISTS = ("changelist", "add")


def admin_patterns() -> Iterator[tuple[str, str | None, dict[str, Any]]]:
    """Route, name and converters of every address below /admin/."""
    for entry in get_resolver().url_patterns:
        if str(entry.pattern) == "admin/":
            yield from _below(entry)


def _below(resolver: Any) -> Iterator[tuple[str, str | None, dict[str, Any]]]:
    for entry in resolver.url_patterns:
        if hasattr(entry, "url_patterns"):
            yield from _below(entry)
        else:
            yield str(entry.pattern), entry.name, entry.pattern.converters


def model_of(name: str) -> Any:
    """The registered model whose address this is."""
    for model in admin.site._registry:
        if name.startswith(f"{model._meta.app_label}_{model._meta.model_name}_"):
            return model
    return None


# Those rows are kept at an address: there is no file of ours to give.
NO_FILE = {
    *("orders_orderdocument_file", "guides_guidefile_file"),
    *("orders_claim_picture", "orders_return_photo"),
    "orders_orderdocument_file",
    "guides_guidefile_file",
    "orders_claim_picture",
    "guides_insertbatch_part",
}
NAMES = sorted({name for _route, name, _ in admin_patterns() if name not in SITE | USERS})
LABELS = sorted(model._meta.label for model in admin.site._registry)
NO_FILE |= {"support_problem_photo"}


def everything_of(store: Store) -> dict[str, list[dict[str, Any]]]:
    """All that is stored for a store, to compare before and after."""
    found = {}
    with every_store():
        for model in apps.get_models():
            fields = {field.name for field in model._meta.fields}
            if model is Store:
                rows = model._base_manager.filter(pk=store.pk)
            elif "store" in fields:
                rows = model._base_manager.filter(store=store)
            else:
                continue
            found[model._meta.label] = list(rows.order_by("pk").values())
    return found


@pytest.fixture
def stranger(other_store) -> dict[str, Any]:
    return one_of_everything(other_store)


def arguments(name: str, row: Any) -> list[Any]:
    more = {
        "engagement_messages_localmail_attachment": [0],
        "support_problem_photo": [0],
        "flows_campaign_preview": ["en"],
        "guides_guide_code": ["svg"],
        "guides_insertbatch_part": [1],
        "flows_feed_preview": ["en"],
        "orders_claim_picture": [1],
        "orders_return_photo": [0],
    }
    return [row.pk, *more.get(name, [])]


def test_every_address_belongs_to_a_model_with_a_row_to_try(store, other_store):
    known = set(one_of_everything(other_store)) | {"stores.User"}
    assert set(LABELS) - known == set(), "add a row of it to tests/factories/everything/"
    homeless = [name for name in NAMES if model_of(name) is None]
    assert homeless == [], "say in SITE what these addresses are about, and test them"


def addresses_of(label: str) -> list[str]:
    return [name for name in NAMES if model_of(name)._meta.label == label]


@pytest.mark.parametrize("label", LABELS)
def test_a_stranger_s_rows_cannot_be_reached(label, owner, store, other_store, stranger):
    before = everything_of(other_store)
    for name in addresses_of(label):
        for response in knock(name, owner, other_store, stranger.get(label)):
            assert "kontio-secret" not in response.content.decode(), name
    assert everything_of(other_store) == before


def knock(name: str, owner: Any, other_store: Store, row: Any) -> list[Any]:
    """Try one address by every means, with the stranger's row where it takes one."""
    if name.endswith(LISTS):
        response = owner.get(reverse(f"admin:{name}"))
        assert response.status_code in {200, 403}, name
        return [response]
    if row is None:  # people, who belong to no store: see test_roles
        return []
    url = reverse(f"admin:{name}", args=arguments(name, row))
    answers = [
        owner.get(url),
        owner.post(url, {**owner.form, "confirmed": "yes", "post": "yes", "name": "x"}),
    ]
    for response in answers:
        assert response.status_code in {302, 403, 404}, name
        assert response.status_code != 302 or response.url == reverse("admin:index"), name
    moved = owner.post(url, {"confirmed": "yes", "_store": other_store.public_id.hex})
    assert moved.status_code == 409
    return [*answers, moved]


@pytest.mark.parametrize("label", LABELS)
def test_the_same_addresses_open_for_own_rows(label, owner, store):
    """The control: without it, a page that is broken for everybody would pass as safe."""
    mine = one_of_everything(store).get(label)
    for name in addresses_of(label):
        if mine is None or name.endswith(("_delete", *LISTS)):
            continue
        response = owner.get(reverse(f"admin:{name}", args=arguments(name, mine)))
        # The paper is an address, not a file.
        expected = 404 if name in NO_FILE else 200
        assert response.status_code == expected, name


ACTIONS = sorted(
    (model._meta.label, action)
    for model, page in admin.site._registry.items()
    for action in (page.actions or ())
)


@pytest.mark.parametrize(("label", "action"), ACTIONS)
def test_a_list_action_does_not_reach_over(label, action, owner, other_store, stranger):
    meta = apps.get_model(label)._meta
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    before = everything_of(other_store)
    chosen = {"action": action, "_selected_action": [stranger[label].pk], "confirmed": "yes"}
    response = owner.post(url, {**owner.form, **chosen})
    assert response.status_code in {200, 302}
    assert everything_of(other_store) == before
    across = {**owner.form, **chosen, "select_across": "1"}
    assert owner.post(url, across).status_code in {200, 302}
    assert everything_of(other_store) == before


@pytest.mark.parametrize("label", LABELS)
def test_no_field_offers_a_stranger_s_row(label, owner, store, stranger):
    meta = apps.get_model(label)._meta
    mine = one_of_everything(store).get(label)
    pages = [reverse(f"admin:{meta.app_label}_{meta.model_name}_add")]
    if mine is not None:
        pages.append(reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[mine.pk]))
    for page in pages:
        context = owner.get(page).context
        if context is None or "adminform" not in context:
            continue
        for field in context["adminform"].form.fields.values():
            if isinstance(field, ModelChoiceField):
                theirs = stranger.get(field.queryset.model._meta.label)
                assert theirs is None or not field.queryset.filter(pk=theirs.pk).exists()


def test_a_paper_cannot_be_hung_on_a_stranger_s_order(owner, store, other_store, stranger):
    before = everything_of(other_store)
    form = {"order": stranger["orders.Order"].pk, "kind": "other", "title": "x"}
    url = reverse("admin:orders_orderdocument_add")
    response = owner.post(url, {**owner.form, **form, "url": "https://a.example"})
    assert response.status_code == 200
    assert "order" in response.context["adminform"].form.errors
    assert everything_of(other_store) == before


def test_a_product_cannot_be_put_into_a_stranger_s_category(owner, store, stranger):
    mine = one_of_everything(store)["orders.Product"]
    url = reverse("admin:orders_product_change", args=[mine.pk])
    form = {"category": stranger["orders.Category"].pk, "is_reviewable": "on"}
    response = owner.post(url, {**owner.form, **form})
    assert "category" in response.context["adminform"].form.errors
    mine.refresh_from_db()
    assert mine.category_id != stranger["orders.Category"].pk


@pytest.mark.parametrize(("model", "field"), [("orderdocument", "order"), ("product", "category")])
def test_autocomplete_offers_own_rows_only(model, field, owner, store, stranger):
    one_of_everything(store)
    query = {"app_label": "orders", "model_name": model, "field_name": field}
    answer = owner.get(reverse("admin:autocomplete"), {**query, "term": ""}).json()
    words = str(answer["results"])
    assert "lipa-secret" in words
    assert "kontio-secret" not in words


def test_a_filter_over_a_relation_is_refused(owner, store, stranger):
    """Looking through a relation would answer questions about rows one cannot open."""
    url = reverse("admin:orders_order_changelist")
    response = owner.get(url, {"customer__email__startswith": "k"})
    assert response.status_code in {302, 400}


def test_the_other_store_cannot_be_chosen(owner, store, other_store):
    url = reverse("admin:choose_store")
    assert owner.post(url, {"store": other_store.public_id.hex}).status_code == 404
    owner.session["store"] = other_store.public_id.hex
    assert owner.get(reverse("admin:index")).context["request"].store == store


def test_a_membership_that_ended_closes_the_door_at_once(owner, store, other_store):
    url = reverse("admin:orders_order_changelist")
    assert owner.get(url).status_code == 200
    store.memberships.all().delete()
    assert owner.get(url).status_code == 302
