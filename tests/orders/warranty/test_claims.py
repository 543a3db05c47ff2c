"""A claim: one at a time, routed by rule, answered in time, and what its end does to the guarantee."""

from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from core.events.models import EventRow
from core.stores.scope import store_scope
from orders.models import Claim, ClaimRule, ClaimStep, Guarantee
from orders.operations.answer_claim import (
    TooLate,
    accept_claim,
    move_claim,
    refuse_claim,
    settle_claim,
    withdraw_claim,
)
from orders.operations.open_claim import NoClaim, open_claim
from orders.operations.settle_guarantees import settle_guarantees
from orders.operations.watch_claims import watch_claims
from orders.warranty.law import REPAIR_FROM
from orders.warranty.links import party_token, read_warranty_token
from tests.conftest import NOON
from tests.engagement.messages.at_once import at_once

TODAY = date(2026, 3, 3)
pytestmark = pytest.mark.django_db


def claim_it(guarantee: Guarantee, today: date = TODAY, photos=()) -> Claim:
    return open_claim(guarantee=guarantee, what="It flickers", photos=photos, today=today, now=NOON)


def told() -> list[str]:
    rows = EventRow.objects.filter(name__startswith="claim.").order_by("pk")
    return [row.name for row in rows]


def test_it_goes_to_whom_the_rules_say_and_keeps_its_pictures(guarantee, service):
    ClaimRule.objects.create(store=guarantee.store, position=1, party=service)
    claim = claim_it(guarantee, photos=[ContentFile(b"jpeg")] * 9)
    assert (claim.party, claim.photos.count()) == (service, 6)
    assert claim.due_at == NOON + timedelta(days=5)
    assert claim.settle_by == NOON + timedelta(days=30)
    assert told() == ["claim.opened", "claim.handed"]
    assert [step.kind for step in claim.steps.all()] == ["opened", "handed"]


def test_without_a_rule_the_shop_keeps_it(guarantee):
    claim = claim_it(guarantee)
    assert (claim.party, claim.due_at) == (None, NOON + timedelta(days=3))
    assert told() == ["claim.opened"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"ended_at": NOON}, "ended"),
        ({"until": date(2026, 3, 2), "starts_on": date(2026, 3, 1)}, "over"),
        ({"until": None}, "over"),
        ({"checked_at": None}, "unchecked"),
    ],
)
def test_what_cannot_be_claimed_says_why(guarantee, change, why):
    Guarantee.objects.filter(pk=guarantee.pk).update(**change)
    with pytest.raises(NoClaim) as no:
        claim_it(guarantee)
    assert no.value.why == why


def test_the_last_day_still_counts(guarantee):
    assert claim_it(guarantee, today=guarantee.until).status == Claim.Status.WAITING


def test_one_at_a_time_and_the_database_holds_it(guarantee):
    first = claim_it(guarantee)
    with pytest.raises(NoClaim) as no:
        claim_it(guarantee)
    assert no.value.why == "open"
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(
            store=guarantee.store, guarantee=guarantee, what="x", opened_at=NOON, settle_by=NOON
        )
    withdraw_claim(claim=first, now=NOON)
    assert claim_it(guarantee).pk != first.pk


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_many_tabs_at_once_one_claim_comes(guarantee, store):
    refused: list[str] = []

    def rival() -> None:
        with store_scope(store.pk):
            try:
                claim_it(Guarantee.objects.get(pk=guarantee.pk))
            except NoClaim as no:
                refused.append(no.why)

    at_once(*([rival] * 10))
    assert refused == ["open"] * 9
    assert Claim.objects.count() == 1
    assert told() == ["claim.opened"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_stands(guarantee, store):
    claim = claim_it(guarantee)

    def answer(way) -> None:
        with store_scope(store.pk):
            try:
                way()
            except TooLate:
                return

    by = {"claim": claim, "by": "x", "now": NOON}
    at_once(
        lambda: answer(lambda: refuse_claim(reason="no", **by)),
        lambda: answer(lambda: settle_claim(outcome="refunded", today=TODAY, **by)),
    )
    claim.refresh_from_db()
    ends = [kind for kind in claim.steps.values_list("kind", flat=True) if kind != "opened"]
    assert len(ends) == 1
    assert told()[1:] == [{"refused": "claim.refused", "done": "claim.settled"}[ends[0]]]


def test_a_closed_claim_takes_no_answer(guarantee):
    claim = refuse_claim(claim=claim_it(guarantee), reason="Water in it", by="x", now=NOON)
    for late in (
        lambda: accept_claim(claim=claim, by="x", now=NOON),
        lambda: refuse_claim(claim=claim, reason="y", by="x", now=NOON),
        lambda: settle_claim(claim=claim, outcome="repaired", by="x", today=TODAY, now=NOON),
        lambda: withdraw_claim(claim=claim, now=NOON),
        lambda: move_claim(claim=claim, party=None, by="x", now=NOON),
    ):
        with pytest.raises(TooLate):
            late()
    assert told() == ["claim.opened", "claim.refused"]


def test_a_link_that_was_overtaken_answers_nothing(guarantee, service):
    claim = move_claim(claim=claim_it(guarantee), party=service, by="x", now=NOON)
    old = read_warranty_token(purpose="claim party", token=party_token(claim))
    assert (old.party_id, old.epoch) == (service.pk, claim.link_epoch)
    assert read_warranty_token(purpose="guarantee", token=party_token(claim)) is None
    move_claim(claim=claim, party=None, by="x", now=NOON)
    with pytest.raises(TooLate):
        accept_claim(claim=claim, by="Fix", epoch=old.epoch, now=NOON)


@pytest.mark.parametrize(
    ("outcome", "bought", "until", "stands"),
    [
        ("repaired", REPAIR_FROM, date(2029, 3, 3), True),
        ("repaired", TODAY, date(2028, 3, 3), True),
        ("replaced", TODAY, date(2028, 6, 3), True),
        ("refunded", TODAY, date(2028, 3, 3), False),
    ],
)
def test_the_guarantee_follows_the_outcome(guarantee, outcome, bought, until, stands):
    Guarantee.objects.filter(pk=guarantee.pk).update(bought_on=bought)
    later = date(2026, 6, 3)
    settle_claim(claim=claim_it(guarantee), outcome=outcome, by="x", today=later, now=NOON)
    guarantee.refresh_from_db()
    assert (guarantee.until, guarantee.ended_at is None) == (until, stands)
    settle_guarantees(order_id=guarantee.order_line.order_id, now=NOON)  # the same news once more
    guarantee.refresh_from_db()
    assert (guarantee.until, guarantee.ended_at is None) == (until, stands)


def test_a_second_repair_adds_nothing(guarantee):
    Guarantee.objects.filter(pk=guarantee.pk).update(bought_on=REPAIR_FROM)
    for _ in range(2):
        settle_claim(claim=claim_it(guarantee), outcome="repaired", by="x", today=TODAY, now=NOON)
    guarantee.refresh_from_db()
    assert guarantee.until == date(2029, 3, 3)


def test_who_lets_a_deadline_pass_is_told_of_until_they_answer(guarantee, store):
    claim = claim_it(guarantee)
    assert watch_claims(store=store, now=NOON + timedelta(days=2)) == 0
    when = NOON + timedelta(days=3)
    assert [watch_claims(store=store, now=when) for _ in range(2)] == [1, 0]
    assert watch_claims(store=store, now=when + timedelta(days=2)) == 1
    claim.refresh_from_db()
    assert claim.escalated == 2
    accept_claim(claim=claim, by="x", now=when + timedelta(days=3))
    assert watch_claims(store=store, now=when + timedelta(days=6)) == 0
    assert watch_claims(store=store, now=NOON + timedelta(days=30)) == 1  # to be settled by then
    assert ClaimStep.objects.filter(kind="overdue").count() == 3
    assert told().count("claim.overdue") == 3
