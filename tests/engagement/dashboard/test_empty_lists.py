"""A shop that has just begun: every list says what it is for and what to do next, in words."""

import html

import pytest
from django.contrib import admin
from django.urls import reverse

from core.stores.models import Membership, Store
from engagement.dashboard.base import StoreAdmin
from engagement.messages.models import MailVersion
from orders.models import Variant

# Who looks at the list stands in it; every mail there is.
NEVER_EMPTY = {Store, Membership, MailVersion}
ONLY_ON_PAGES = {Variant}

LISTS = [
    (model, one)
    for model, one in admin.site._registry.items()
    if isinstance(one, StoreAdmin) and model not in NEVER_EMPTY | ONLY_ON_PAGES
]


@pytest.mark.parametrize(("model", "one"), LISTS, ids=[model.__name__ for model, _ in LISTS])
def test_an_empty_list_says_what_to_do(owner, store, model, one):
    model._base_manager.all().delete()
    page = reverse(f"admin:{one.opts.app_label}_{one.opts.model_name}_changelist")
    answer = owner.get(page)
    if answer.status_code == 302:
        pytest.fail("The list leads elsewhere: let it stand in NEVER_EMPTY, and say why.")
    shown = html.unescape(answer.content.decode())
    assert one.empty_words
    assert one.empty_words in shown


def test_lists_are_counted_in_words_of_the_shop(owner, store):
    shown = owner.get(reverse("admin:orders_selfservicepolicy_changelist")).content.decode()
    assert "policys" not in shown
    assert "Add rules" in shown
