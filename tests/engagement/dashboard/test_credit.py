"""A merchant gives store credit by hand and sees on the customer's page how it came about."""

import pytest
from django.urls import reverse

from core.audit.models import AuditEntry
from core.ledger.models import Movement
from core.stores.models import Membership
from core.stores.scope import store_scope
from tests.factories.orders import CustomerFactory

ADD = reverse("admin:orders_creditmovement_add")
LIST = reverse("admin:orders_creditmovement_changelist")
ONCE = "0123456789abcdef" * 2


@pytest.fixture
def jana(store, in_store):
    return CustomerFactory(store=store, email="jana@mail.example")


def give(client, **fields):
    said = {"customer": "jana@mail.example", "amount": "150", "reason": "Sorry", "once": ONCE}
    return client.post(ADD, {**client.form, **said, **fields})


def test_it_is_given_once_however_often_the_form_is_sent(owner, store, jana, in_store):
    for _ in range(2):
        assert give(owner).status_code == 302
    made = Movement.objects.get()
    assert (made.amount, made.reason, made.purse.owner_id) == (15000, "Sorry", str(jana.pk))
    assert made.by
    assert AuditEntry.objects.filter(action="creditmovement.added").exists()
    page = owner.get(reverse("admin:orders_customer_change", args=[jana.pk])).content.decode()
    assert "Store credit: CZK\xa0150.00" in page
    assert f"{ADD}?customer={jana.pk}" in page
    assert "jana@mail.example" in owner.get(LIST).content.decode()


def test_a_form_sent_again_with_another_amount_is_asked_about(owner, store, jana, in_store):
    give(owner)
    answer = give(owner, amount="151")
    assert answer.status_code == 200
    assert "sent already" in str(answer.context["errors"])
    assert Movement.objects.get().amount == 15000


def test_the_customers_own_page_names_them(owner, store, jana, in_store):
    form = owner.get(f"{ADD}?customer={jana.pk}")
    assert f'value="#{jana.pk}"' in form.content.decode()
    assert give(owner, customer=f"#{jana.pk}").status_code == 302
    assert Movement.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"amount": "0"}, "greater than or equal"),
        ({"amount": "-5"}, "greater than or equal"),
        ({"customer": "nobody@mail.example"}, "No customer"),
        ({"customer": "#99999999"}, "No customer"),
        ({"reason": ""}, "required"),
        ({"until": "2020-01-01"}, "expired already"),
        ({"once": "again"}, "valid value"),
    ],
)
def test_a_wrong_wish_is_refused_in_words(owner, store, jana, in_store, fields, says):
    answer = give(owner, **fields)
    assert answer.status_code == 200
    assert says in str(answer.context["errors"])
    assert not Movement.objects.exists()


def test_nobody_of_another_store_is_found(owner, store, jana, other_store):
    with store_scope(other_store.pk):
        stranger = CustomerFactory(store=other_store, email="aino@mail.example")
    for name in ("aino@mail.example", f"#{stranger.pk}"):
        assert "No customer" in str(give(owner, customer=name).context["errors"])


def test_who_only_looks_gives_nothing(log_in, store, jana, in_store):
    marketer = log_in(store=store, role=Membership.Role.MARKETER)
    assert give(marketer).status_code == 403
    page = marketer.get(reverse("admin:orders_customer_change", args=[jana.pk]))
    assert "Give credit" not in page.content.decode()
