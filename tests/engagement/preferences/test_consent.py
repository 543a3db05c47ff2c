"""Who may get marketing: consent × store setting, written by hand; and suppression that survives."""

from datetime import timedelta

import pytest
from django.db import transaction

from core.events import spine
from core.events.models import EventRow
from core.stores.scope import store_scope
from engagement.messages.events import MessageBounced, MessageComplained
from engagement.preferences.links import read_token, unsubscribe_token
from engagement.preferences.models import Consent, Suppression
from engagement.preferences.operations.lift_suppression import lift_suppression
from engagement.preferences.operations.record_consent import NoSuchCustomer, record_consent
from engagement.preferences.operations.suppress import suppress
from engagement.preferences.operations.unsubscribe import unsubscribe
from engagement.preferences.queries import marketing_bases, suppressed
from orders.events import CustomerConsentStated, CustomerMerged
from orders.operations.merge_customers import merge_customers
from tests.factories.orders import CustomerFactory

# What was said, oldest first; has bought; store uses soft opt-in → what marketing rests on.
TABLE = [
    ([], False, False, "none"),
    ([], False, True, "none"),
    ([], True, False, "none"),
    ([], True, True, "soft_opt_in"),
    (["explicit"], False, False, "explicit"),
    (["explicit"], False, True, "explicit"),
    (["explicit"], True, False, "explicit"),
    (["explicit"], True, True, "explicit"),
    (["none"], False, True, "none"),
    (["none"], True, False, "none"),
    (["none"], True, True, "none"),
    (["soft_opt_in"], False, False, "none"),
    (["soft_opt_in"], False, True, "none"),
    (["soft_opt_in"], True, False, "none"),
    (["soft_opt_in"], True, True, "soft_opt_in"),
    (["none", "soft_opt_in"], True, True, "none"),
    (["none", "explicit"], True, False, "explicit"),
    (["explicit", "none"], True, True, "none"),
    (["explicit", "none", "soft_opt_in"], True, True, "none"),
    (["explicit", "soft_opt_in"], True, False, "explicit"),
    (["none", "explicit", "none"], True, True, "none"),
    (["none", "explicit", "none", "explicit"], False, False, "explicit"),
]


def say(customer, basis, *, at, now, source="test", wording=""):
    return record_consent(
        customer_id=customer.pk,
        basis=basis,
        source=source,
        wording=wording,
        stated_at=at,
        now=now,
    )


def base_of(customer, now) -> str:
    return marketing_bases(customer_ids=[customer.pk], store=customer.store, now=now)[customer.pk]


@pytest.mark.parametrize(("said", "has_bought", "soft_opt_in", "expected"), TABLE)
def test_marketing_rests_on_what_was_said(in_store, now, said, has_bought, soft_opt_in, expected):
    in_store.soft_opt_in = soft_opt_in
    customer = CustomerFactory(store=in_store, order_count=int(has_bought))
    for day, basis in enumerate(said):
        say(customer, basis, at=now - timedelta(days=30 - day), now=now)
    assert base_of(customer, now) == expected


def test_the_order_in_which_statements_arrive_does_not_matter(in_store, now):
    customer = CustomerFactory(store=in_store)
    say(customer, "none", at=now - timedelta(days=1), now=now)
    say(customer, "explicit", at=now - timedelta(days=9), now=now)
    assert base_of(customer, now) == "none"


@pytest.mark.parametrize(
    ("source", "expected"),
    [("shopify checkout", "none"), ("woocommerce checkout", "none"), ("shopify", "explicit")],
)
def test_a_box_at_the_next_checkout_does_not_bring_back_who_said_no(
    in_store, now, source, expected
):
    customer = CustomerFactory(store=in_store)
    say(customer, "explicit", at=now - timedelta(days=9), now=now, source="shopify checkout")
    assert base_of(customer, now) == "explicit"
    unsubscribe(customer_id=customer.pk, source="one_click:x", now=now - timedelta(days=5))
    say(customer, "explicit", at=now - timedelta(days=1), now=now, source=source)
    assert base_of(customer, now) == expected
    assert bool(suppressed(emails=[customer.email])) == (expected == "none")


def test_of_two_statements_at_the_same_moment_the_no_counts(in_store, now):
    customer = CustomerFactory(store=in_store)
    say(customer, "none", at=now, now=now)
    say(customer, "explicit", at=now, now=now)
    assert base_of(customer, now) == "none"


def test_a_statement_from_the_future_does_not_count_yet(in_store, now):
    customer = CustomerFactory(store=in_store)
    say(customer, "explicit", at=now + timedelta(hours=1), now=now)
    assert base_of(customer, now) == "none"


def test_the_same_statement_is_kept_once(in_store, now):
    customer = CustomerFactory(store=in_store)
    assert say(customer, "explicit", at=now, now=now)
    assert not say(customer, "explicit", at=now, now=now)
    assert Consent.objects.count() == 1


def test_a_stranger_cannot_consent(in_store, now):
    with pytest.raises(NoSuchCustomer):
        record_consent(
            customer_id=987654, basis="explicit", source="x", wording="", stated_at=now, now=now
        )


def test_a_thousand_people_cost_as_many_queries_as_one(in_store, now, django_assert_num_queries):
    people = [CustomerFactory(store=in_store) for _ in range(40)]
    with django_assert_num_queries(2):
        marketing_bases(customer_ids=[one.pk for one in people], store=in_store, now=now)
    with django_assert_num_queries(1):
        suppressed(emails=[one.email for one in people])


def test_a_stated_consent_arrives_through_the_spine_imports_included(in_store, now):
    customer = CustomerFactory(store=in_store)
    spine.record(
        news=CustomerConsentStated(
            customer_id=customer.pk,
            basis="explicit",
            source="shopify",
            wording="Box at checkout",
            stated_at=now.isoformat(),
        ),
        store_id=in_store.pk,
        subject=f"customer:{customer.pk}",
        key="k",
        occurred_at=now,
        origin="import",
        now=now,
    )
    spine.drain()
    kept = Consent.objects.get()
    assert (kept.basis, kept.source, kept.wording, kept.stated_at) == (
        "explicit",
        "shopify",
        "Box at checkout",
        now,
    )


def test_an_unsubscription_is_told_once_and_holds_against_an_older_yes(in_store, now):
    customer = CustomerFactory(store=in_store)
    assert unsubscribe(customer_id=customer.pk, source="test", now=now)
    assert not unsubscribe(customer_id=customer.pk, source="test", now=now + timedelta(hours=1))
    assert EventRow.objects.filter(name="customer.unsubscribed").count() == 1
    say(customer, "explicit", at=now - timedelta(days=3), now=now)
    assert base_of(customer, now) == "none"
    assert suppressed(emails=[customer.email]) == {customer.email: "marketing"}


def test_a_later_yes_lifts_an_unsubscription_but_not_a_bounce(in_store, now):
    customer = CustomerFactory(store=in_store)
    unsubscribe(customer_id=customer.pk, source="test", now=now)
    say(customer, "explicit", at=now + timedelta(days=1), now=now + timedelta(days=1))
    assert suppressed(emails=[customer.email]) == {}
    suppress(store_id=in_store.pk, email=customer.email, reach="all", reason="bounced", now=now)
    say(customer, "explicit", at=now + timedelta(days=2), now=now + timedelta(days=2))
    assert suppressed(emails=[customer.email]) == {customer.email: "all"}


def test_suppression_survives_erasure_and_the_address_in_another_spelling(in_store, now):
    customer = CustomerFactory(store=in_store, email="jana@mail.example")
    unsubscribe(customer_id=customer.pk, source="test", now=now)
    customer.email, customer.erased_at = None, now
    customer.save()
    again = CustomerFactory(store=in_store, email="jana@mail.example")
    assert suppressed(emails=[again.email, " Jana@Mail.Example "]) == {
        "jana@mail.example": "marketing",
        " Jana@Mail.Example ": "marketing",
    }
    assert not Suppression.objects.filter(address_hash__contains="jana").exists()


def test_suppression_and_links_survive_another_secret_key(in_store, now, settings):
    customer = CustomerFactory(store=in_store)
    token = unsubscribe_token(
        store=in_store, customer_id=customer.pk, message_public_id=customer.public_id
    )
    unsubscribe(customer_id=customer.pk, source="test", now=now)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 9
    assert suppressed(emails=[customer.email]) == {customer.email: "marketing"}
    reader = read_token(token)
    assert reader is not None
    assert reader.customer_id == customer.pk
    assert lift_suppression(email=customer.email, reach="marketing", now=now)
    assert suppressed(emails=[customer.email]) == {}


def test_the_stronger_reach_wins_and_lifting_it_leaves_the_weaker(in_store, now):
    for reach, reason in (("marketing", "unsubscribed"), ("all", "bounced")):
        assert suppress(
            store_id=in_store.pk, email="a@mail.example", reach=reach, reason=reason, now=now
        )
    assert suppressed(emails=["a@mail.example"]) == {"a@mail.example": "all"}
    assert lift_suppression(email="A@mail.example", reach="all", now=now)
    assert not lift_suppression(email="A@mail.example", reach="all", now=now)
    assert suppressed(emails=["a@mail.example"]) == {"a@mail.example": "marketing"}


@pytest.mark.parametrize(
    ("news", "basis"), [(MessageBounced, "explicit"), (MessageComplained, "none")]
)
def test_a_bounce_or_a_complaint_suppresses_the_address_wholly(in_store, now, news, basis):
    customer = CustomerFactory(store=in_store)
    say(customer, "explicit", at=now - timedelta(days=9), now=now)
    spine.record(
        news=news(message_id=1, customer_id=customer.pk),
        store_id=in_store.pk,
        subject="message:1",
        key="1",
        occurred_at=now,
        origin="live",
        now=now,
    )
    spine.drain()
    assert suppressed(emails=[customer.email]) == {customer.email: "all"}
    assert base_of(customer, now + timedelta(days=365 * 50)) == basis


def test_one_stores_suppression_is_not_anothers(in_store, other_store, now):
    suppress(store_id=in_store.pk, email="a@mail.example", reach="all", reason="manual", now=now)
    assert suppressed(emails=["a@mail.example"])
    with store_scope(other_store.pk):
        assert suppressed(emails=["a@mail.example"]) == {}


def test_who_remains_after_a_merge_has_said_what_both_said(in_store, now):
    remains = CustomerFactory(store=in_store, order_count=2)
    gone = CustomerFactory(store=in_store)
    say(remains, "explicit", at=now - timedelta(days=9), now=now)
    unsubscribe(customer_id=gone.pk, source="test", now=now - timedelta(days=1))
    gone.merged_into = remains
    gone.save()
    spine.record(
        news=CustomerMerged(customer_id=remains.pk, merged_customer_id=gone.pk),
        store_id=in_store.pk,
        subject=f"customer:{remains.pk}",
        key="m",
        occurred_at=now,
        origin="import",
        now=now,
    )
    spine.drain()
    assert base_of(remains, now) == "none"
    assert suppressed(emails=[remains.email]) == {remains.email: "marketing"}


def test_a_link_sent_before_a_merge_unsubscribes_the_one_who_remains(in_store, now):
    remains = CustomerFactory(store=in_store)
    gone = CustomerFactory(store=in_store, merged_into=remains)
    say(remains, "explicit", at=now - timedelta(days=9), now=now)
    unsubscribe(customer_id=gone.pk, source="test", now=now)
    assert base_of(remains, now) == "none"
    assert set(suppressed(emails=[gone.email, remains.email])) == {gone.email, remains.email}


def test_a_no_counts_for_the_one_who_remains_before_it_was_carried_over(in_store, now):
    remains, gone = CustomerFactory(store=in_store), CustomerFactory(store=in_store)
    say(remains, "explicit", at=now - timedelta(days=9), now=now)
    say(gone, "none", at=now - timedelta(days=2), now=now)
    with transaction.atomic():
        merge_customers(kept=remains, gone=gone, origin="live", now=now)
    assert base_of(remains, now) == "none"


def test_a_yes_from_the_future_lifts_nothing_today(in_store, now):
    customer = CustomerFactory(store=in_store)
    unsubscribe(customer_id=customer.pk, source="test", now=now)
    say(customer, "explicit", at=now + timedelta(days=1), now=now)
    assert suppressed(emails=[customer.email]) == {customer.email: "marketing"}
