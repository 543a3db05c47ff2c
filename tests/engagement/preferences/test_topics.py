"""Wanting one kind of mail and not another: the rule, and what ends and waits because of it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.events import spine
from core.stores.scope import store_scope
from engagement.flows.operations.install_flows import install_flows
from engagement.messages.models import Message
from engagement.preferences.models import Consent, Wishes
from engagement.preferences.operations.carry_over import carry_over
from engagement.preferences.operations.choose_mail import choose_mail, pause_mail
from engagement.preferences.operations.record_consent import record_consent
from engagement.preferences.policies import Basis, Person, Statement
from engagement.preferences.queries import marketing_bases, people
from engagement.preferences.topics import MARKETING, TRACKING, Topic
from tests.conftest import NOON
from tests.factories.messages import planned
from tests.factories.orders import CustomerFactory

Y, N = "explicit", "none"
ALL = MARKETING
# What was said, oldest first, as (purpose, basis); what a review request and a newsletter rest on.
TABLE = [
    ([], N, N),
    ([(ALL, Y)], Y, Y),
    ([("reviews", Y)], Y, N),
    ([(ALL, Y), ("reviews", N)], N, Y),
    ([("reviews", N), (ALL, Y)], N, Y),
    ([(ALL, Y), ("reviews", N), ("reviews", Y)], Y, Y),
    ([("reviews", Y), (ALL, N)], N, N),
    ([(ALL, N), ("reviews", Y)], Y, N),
    ([(ALL, N), ("reviews", Y), (ALL, N)], N, N),
    ([(ALL, N), ("reviews", Y), (ALL, N), (ALL, Y)], Y, Y),
    ([(ALL, Y), ("newsletter", N), (ALL, N), (ALL, Y)], Y, N),
    ([(ALL, "pending")], N, N),
    ([(ALL, N), (ALL, "pending")], N, N),
    ([(ALL, Y), (TRACKING, N)], Y, Y),
    ([(TRACKING, Y)], N, N),
]


def said(*words: tuple[str, str]) -> list[Statement]:
    return [
        Statement(NOON - timedelta(days=90 - day), basis, "test", purpose)
        for day, (purpose, basis) in enumerate(words)
    ]


@pytest.mark.parametrize(("words", "reviews", "newsletter"), TABLE)
def test_each_topic_rests_on_what_was_said_of_it(words, reviews, newsletter):
    person = Person(statements=said(*words))
    assert person.basis("reviews", now=NOON) == reviews
    assert person.basis("newsletter", now=NOON) == newsletter


WORDS = st.lists(
    st.tuples(st.sampled_from([ALL, TRACKING, *Topic.values]), st.sampled_from([Y, N, "pending"])),
    max_size=8,
)


@given(WORDS, st.booleans())
def test_after_a_no_to_everything_nothing_may_be_sent_nor_measured(words, soft):
    person = Person(statements=said(*words, (ALL, N)), has_bought=True, soft_opt_in=soft)
    assert {person.basis(topic, now=NOON) for topic in [ALL, *Topic.values]} == {Basis.NONE}
    assert not person.may_be_measured(now=NOON)


@given(WORDS, st.sampled_from(Topic.values), st.booleans())
def test_a_no_to_a_topic_holds_whatever_is_said_of_everything_else(words, topic, soft):
    others = [word for word in words if word[0] != topic]
    person = Person(statements=said((topic, N), *others), has_bought=True, soft_opt_in=soft)
    assert person.basis(topic, now=NOON) == Basis.NONE


@given(WORDS, st.randoms())
def test_the_order_in_which_words_arrive_does_not_matter(words, random):
    statements = said(*words)
    mixed = list(statements)
    random.shuffle(mixed)
    for topic in [ALL, *Topic.values]:
        there = Person(statements=statements).basis(topic, now=NOON)
        assert Person(statements=mixed).basis(topic, now=NOON) == there


def test_clicks_are_measured_only_with_a_yes_to_just_that():
    assert not Person(statements=said((ALL, Y))).may_be_measured(now=NOON)
    assert Person(statements=said((ALL, Y), (TRACKING, Y))).may_be_measured(now=NOON)
    assert not Person(statements=said((TRACKING, Y), (TRACKING, N))).may_be_measured(now=NOON)


@pytest.fixture
def jana(in_store):
    return CustomerFactory(store=in_store, order_count=1, email="jana@mail.example")


def choose(customer, *topics, now=NOON, fewer=False, language=""):
    return choose_mail(
        customer_id=customer.pk,
        store=customer.store,
        topics=topics,
        wants_fewer=fewer,
        language=language,
        wording="Yes, what I ticked",
        source="preferences_page",
        evidence={"message": "abc"},
        now=now,
    )


def allowed(customer, now=NOON) -> set[str]:
    person = people(customer_ids=[customer.pk], store=customer.store, now=now)[customer.pk]
    return {topic for topic in Topic.values if person.basis(topic, now=now) != Basis.NONE}


def test_what_is_chosen_is_what_is_sent_and_only_changes_are_recorded(jana):
    choose(jana, "reviews", "birthday")
    assert allowed(jana) == {"reviews", "birthday"}
    kept = Consent.objects.get(purpose="reviews")
    assert (kept.basis, kept.wording, kept.evidence) == (
        Y,
        "Yes, what I ticked",
        {"message": "abc"},
    )
    assert len(kept.wording_version) == 12
    assert Consent.objects.count() == 2
    choose(jana, "reviews", "birthday", now=NOON)
    assert Consent.objects.count() == 2
    choose(jana, "birthday", "newsletter", now=NOON)  # the clock has not moved
    assert allowed(jana, NOON + timedelta(seconds=1)) == {"birthday", "newsletter"}
    withdrawn = Consent.objects.get(purpose="reviews", basis=N)
    assert withdrawn.source == "reviews@preferences_page"


def test_no_topic_at_all_is_an_unsubscription(jana):
    choose(jana, "reviews")
    assert not choose(jana, now=NOON + timedelta(hours=1))
    assert marketing_bases(
        customer_ids=[jana.pk], store=jana.store, now=NOON + timedelta(hours=2)
    ) == {jana.pk: N}


def test_made_up_topics_change_nothing_but_count_as_none(jana):
    assert not choose(jana, "everything", "marketing", "tracking")
    assert allowed(jana) == set()


def test_what_somebody_leaves_ends_what_was_planned_of_it_and_nothing_else(store, now):
    install_flows(store=store, now=now - timedelta(days=9))
    with store_scope(store.pk):
        jana, neighbour = CustomerFactory(store=store), CustomerFactory(store=store)
        for person in (jana, neighbour):
            record_consent(
                customer_id=person.pk, basis=Y, source="x", wording="", stated_at=now, now=now
            )
    ends = planned(store=store, customer=jana, marketing=True, flow="review_request")
    stays = planned(store=store, customer=jana, marketing=True, flow="birthday")
    of_another = planned(store=store, customer=neighbour, marketing=True, flow="review_request")
    with store_scope(store.pk):
        choose(jana, "birthday", "offers", now=now + timedelta(minutes=1))
    spine.drain()
    with store_scope(store.pk):
        statuses = {one: Message.objects.get(pk=one.pk).status for one in (ends, stays, of_another)}
        assert list(statuses.values()) == ["skipped", "planned", "planned"]
        assert Message.objects.get(pk=ends.pk).reason == "topic_off"


def test_a_pause_and_the_wish_for_fewer_follow_a_merge(in_store, jana):
    remains = CustomerFactory(store=in_store)
    choose(jana, "reviews", fewer=True)
    until = pause_mail(customer_id=jana.pk, store=in_store, days=30, now=NOON)
    pause_mail(customer_id=remains.pk, store=in_store, days=1, now=NOON)
    jana.merged_into = remains
    jana.save()
    known = people(customer_ids=[remains.pk], store=in_store, now=NOON)[remains.pk]
    assert (known.paused_until, known.wants_fewer) == (until, True)  # before it is carried over
    carry_over(to_customer_id=remains.pk, from_customer_id=jana.pk, now=NOON)
    kept = Wishes.objects.get(customer=remains)
    assert (kept.paused_until, kept.wants_fewer) == (until, True)


@pytest.mark.parametrize(("days", "until"), [(30, 30), (90, 90), (4000, 90), (0, None), (-1, None)])
def test_a_pause_lasts_ninety_days_at_most(jana, days, until):
    ends = pause_mail(customer_id=jana.pk, store=jana.store, days=days, now=NOON)
    assert ends == (NOON + timedelta(days=until) if until else None)
