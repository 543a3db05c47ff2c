"""Planners, a pause and the engine at the same campaign at once. PostgreSQL only."""

from datetime import timedelta

import pytest

from core.stores.scope import store_scope
from engagement.flows.models import Campaign
from engagement.flows.operations.plan_campaign import plan_slice
from engagement.flows.operations.run_campaign import (
    cancel_campaign,
    pause_campaign,
    resume_campaign,
    schedule_campaign,
)
from engagement.messages.models import LocalMail, Message, Outbox
from engagement.messages.operations.dispatch import drain_outbox
from engagement.preferences.operations.record_consent import record_consent
from tests.conftest import NOON
from tests.engagement.messages.at_once import at_once
from tests.factories.orders import CustomerFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
PEOPLE = 250


@pytest.fixture
def campaign(shop):
    for _ in range(PEOPLE):
        record_consent(
            customer_id=CustomerFactory(store=shop).pk,
            basis="explicit",
            source="checkout",
            wording="Yes",
            stated_at=NOON - timedelta(days=1),
            now=NOON,
        )
    row = Campaign.objects.create(
        store=shop,
        kind="newsletter",
        name="Spring",
        content={"article": {"title": "Spring"}},
        created_at=NOON,
    )
    return schedule_campaign(campaign=row, by="eva", now=NOON)


def scoped(shop, work):
    def run():
        with store_scope(shop.pk):
            work()

    return run


def plan_all(shop, campaign):
    while plan_slice(campaign_id=campaign.pk, store=shop, now=NOON, size=7):
        pass


def test_two_planners_promise_everybody_one_mail(shop, campaign):
    planner = scoped(shop, lambda: plan_all(shop, campaign))
    at_once(planner, planner, planner)
    assert Message.objects.count() == Outbox.objects.count() == PEOPLE
    assert Message.objects.values("customer").distinct().count() == PEOPLE
    campaign.refresh_from_db()
    assert (campaign.planned, campaign.status) == (PEOPLE, "planned")


@pytest.mark.parametrize("act", [pause_campaign, cancel_campaign])
def test_after_a_pause_or_an_end_in_mid_flight_nothing_more_is_handed_over(shop, campaign, act):
    plan_all(shop, campaign)
    counted = []

    def stop():
        while not LocalMail.objects.count():
            pass
        act(campaign=campaign, now=NOON)
        in_the_air = Message.objects.exclude(status__in=["planned", "skipped"]).count()
        counted.append(in_the_air)

    at_once(scoped(shop, lambda: drain_outbox(only_store=shop.pk)), scoped(shop, stop))
    drain_outbox(only_store=shop.pk)
    assert LocalMail.objects.count() == counted[0]
    left = Outbox.objects.filter(message__occurrence=campaign.occurrence)
    if act is cancel_campaign:
        assert not left.exists()
        return
    assert set(left.values_list("state", flat=True)) <= {Outbox.State.PAUSED}
    assert left.count() == PEOPLE - counted[0]
    assert 0 < counted[0] < PEOPLE
    resume_campaign(campaign=campaign, now=NOON)
    drain_outbox(only_store=shop.pk)
    assert LocalMail.objects.count() == PEOPLE
    assert LocalMail.objects.values("recipient").distinct().count() == PEOPLE
