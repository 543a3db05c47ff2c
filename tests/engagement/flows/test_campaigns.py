"""Campaigns: planned once each at the hour of each, held, gone on with, ended; judged like any mail."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.clock import now as store_now
from core.events import spine
from engagement.flows.models import Campaign, Flow
from engagement.flows.operations.plan_campaign import plan_slice
from engagement.flows.operations.run_campaign import (
    CampaignRefused,
    cancel_campaign,
    pause_campaign,
    resume_campaign,
    schedule_campaign,
    work_campaigns,
    work_on,
)
from engagement.messages.models import Lane, LocalMail, Message, Outbox, Reason
from engagement.messages.operations.dispatch import drain_outbox
from engagement.messages.rules import Go
from engagement.preferences.operations.record_consent import record_consent
from engagement.preferences.operations.unsubscribe import unsubscribe
from engagement.segments.models import Segment
from tests.conftest import NOON
from tests.factories.orders import (
    CustomerFactory,
    OrderFactory,
    OrderLineFactory,
    ProductFactory,
)

ARTICLE = {"title": {"en": "Spring is here", "cs": "Je tu jaro"}, "text": {"en": "Come and see."}}


@pytest.fixture
def people(shop):
    """Five customers who agreed to mail, and one who did not."""
    made = [CustomerFactory(store=shop) for _ in range(6)]
    for person in made[:5]:
        record_consent(
            customer_id=person.pk,
            basis="explicit",
            source="checkout",
            wording="Yes",
            stated_at=NOON - timedelta(days=1),
            now=NOON,
        )
    return made


@pytest.fixture
def campaign(shop):
    def drafted(kind="newsletter", **fields) -> Campaign:
        fields.setdefault("content", {"article": ARTICLE})
        return Campaign.objects.create(
            store=shop, kind=kind, name="Spring", created_at=NOON, **fields
        )

    return drafted


def go(row: Campaign, *, size: int = 5000) -> list[Message]:
    schedule_campaign(campaign=row, by="eva", now=NOON)
    while plan_slice(campaign_id=row.pk, store=row.store, now=NOON, size=size) > 0:
        pass
    return mails(row)


def mails(row: Campaign) -> list[Message]:
    return list(Message.objects.filter(occurrence=row.occurrence).order_by("pk"))


def test_everybody_gets_one_and_consent_is_asked_when_it_leaves(shop, people, campaign):
    row = campaign()
    planned = go(row)
    assert [m.customer_id for m in planned] == [p.pk for p in people]
    row.refresh_from_db()
    assert (row.status, row.planned) == ("planned", 6)
    drain_outbox()
    assert LocalMail.objects.count() == 5
    (left_out,) = Message.objects.filter(status=Message.Status.SKIPPED)
    assert (left_out.customer, left_out.reason) == (people[5], Reason.NO_CONSENT)
    assert "Spring is here" in {mail.subject for mail in LocalMail.objects.all()}.pop()
    work_on(campaign=row, store=shop)
    row.refresh_from_db()
    assert row.status == "done"


def test_the_reaction_plans_and_the_chore_goes_on(shop, people, campaign):
    row = campaign()
    schedule_campaign(campaign=row, by="eva", now=NOON)
    spine.drain()
    assert len(mails(row)) == 6
    again = campaign(per_hour=2)
    schedule_campaign(campaign=again, by="eva", now=NOON)
    work_campaigns(seconds=5)
    assert len(mails(again)) == 6


def test_killed_between_slices_it_goes_on_and_nobody_gets_two(shop, people, campaign):
    row = campaign()
    schedule_campaign(campaign=row, by="eva", now=NOON)
    assert plan_slice(campaign_id=row.pk, store=shop, now=NOON, size=4) == 4
    # The mark was lost with the worker, the messages were not: worse than can happen.
    Campaign.objects.filter(pk=row.pk).update(planned_to=0, planned=0)
    while plan_slice(campaign_id=row.pk, store=shop, now=NOON, size=4):
        pass
    assert [m.customer_id for m in mails(row)] == [p.pk for p in people]
    assert Outbox.objects.count() == 6


def test_it_goes_at_the_hour_of_each(shop, campaign):
    zones = ["Europe/Prague", "America/New_York", "Asia/Tokyo", ""]
    for zone in zones:
        CustomerFactory(store=shop, time_zone=zone)
    row = campaign(send_on=date(2026, 3, 4), send_at=time(9, 30))
    dues = [m.due_at.astimezone(ZoneInfo(m.customer.time_zone or shop.time_zone)) for m in go(row)]
    assert {due.strftime("%d %H:%M") for due in dues} == {"04 09:30"}
    assert len({due.astimezone(NOON.tzinfo) for due in dues}) == 3


def test_where_the_hour_has_passed_it_goes_now(shop, campaign):
    CustomerFactory(store=shop, time_zone="Europe/Prague")
    row = campaign(send_on=date(2026, 3, 3), send_at=time(9))
    assert [m.due_at for m in go(row)] == [NOON]


def test_far_ahead_nobody_is_planned_yet(shop, people, campaign):
    row = campaign(send_on=date(2026, 3, 20), send_at=time(9))
    assert go(row) == []
    soon = datetime(2026, 3, 19, 1, tzinfo=NOON.tzinfo)
    plan_slice(campaign_id=row.pk, store=shop, now=soon)
    assert len(mails(row)) == 6


def test_so_many_an_hour(shop, people, campaign):
    dues = [m.due_at for m in go(campaign(per_hour=2), size=4)]
    assert dues == [NOON + timedelta(minutes=30 * n) for n in range(6)]


def test_a_pause_holds_and_it_goes_on_where_it_stood(shop, people, campaign, clock):
    row = campaign(per_hour=2)
    go(row)
    clock.shift(timedelta(minutes=31))
    assert drain_outbox() == 2
    now = store_now(shop)
    assert pause_campaign(campaign=row, now=now) == 4
    with pytest.raises(CampaignRefused):
        pause_campaign(campaign=row, now=now)
    clock.shift(timedelta(days=2))
    assert drain_outbox() == 0
    assert resume_campaign(campaign=row, now=store_now(shop)) == 4
    clock.shift(timedelta(minutes=30))
    assert drain_outbox() == 1  # still two an hour
    clock.shift(timedelta(hours=3))
    drain_outbox()
    assert LocalMail.objects.count() == 5
    assert sorted(m.status for m in mails(row)) == ["sent"] * 5 + ["skipped"]


def test_paused_while_it_is_planned_it_is_planned_on_afterwards(shop, people, campaign):
    row = campaign()
    schedule_campaign(campaign=row, by="eva", now=NOON)
    plan_slice(campaign_id=row.pk, store=shop, now=NOON, size=2)
    pause_campaign(campaign=row, now=NOON)
    assert plan_slice(campaign_id=row.pk, store=shop, now=NOON, size=2) == 0
    resume_campaign(campaign=row, now=NOON)
    while plan_slice(campaign_id=row.pk, store=shop, now=NOON, size=2):
        pass
    assert len(mails(row)) == 6


def test_canceled_nothing_more_leaves(shop, people, campaign):
    row = campaign()
    go(row)
    assert cancel_campaign(campaign=row, now=NOON) == 6
    drain_outbox()
    assert not LocalMail.objects.exists()
    assert {m.reason for m in mails(row)} == {Reason.CANCELED_BY_HAND}
    with pytest.raises(CampaignRefused):
        resume_campaign(campaign=row, now=NOON)


def test_a_worker_that_holds_a_mail_hears_of_pause_and_cancellation(
    shop, people, campaign, forbidden
):
    row = campaign()
    first, *_ = go(row)
    assert forbidden(first) is None
    Campaign.objects.filter(pk=row.pk).update(paused_at=NOON)
    assert forbidden(first).why == "paused"
    Campaign.objects.filter(pk=row.pk).update(status="canceled")
    assert forbidden(first).reason == Reason.CANCELED_BY_HAND


def test_caps_and_a_no_count_as_for_any_marketing(shop, people, campaign):
    unsubscribe(customer_id=people[0].pk, source="page", now=NOON)
    one, two = campaign(), campaign()
    go(one), go(two)
    drain_outbox()
    assert LocalMail.objects.count() == 4  # the second campaign waits for the cap
    assert Outbox.objects.filter(message__occurrence=two.occurrence).count() == 4


def test_a_segment_narrows_it_down(shop, campaign, bought):
    soap = ProductFactory(store=shop)
    jana = bought(product=soap).customer
    CustomerFactory(store=shop)
    segment = Segment.objects.create(store=shop, name="Soap", created_at=NOON)
    segment.products.add(soap)
    assert [m.customer for m in go(campaign(segment=segment))] == [jana]


def test_news_of_a_product_go_to_those_who_have_it(shop, campaign, bought, judge):
    soap = ProductFactory(store=shop, title="Soap")
    jana = bought(product=soap).customer
    bought()
    (message,) = go(campaign("product_update", product=soap))
    assert message.customer == jana
    ruling = judge(message)
    assert isinstance(ruling, Go)
    assert ruling.context["products"][0]["title"] == "Soap"


@pytest.mark.parametrize(
    ("kind", "fields", "says"),
    [
        ("newsletter", {"content": {}}, "Write what it tells"),
        ("product_update", {}, "which product"),
        ("newsletter", {"send_on": date(2026, 3, 2)}, "has passed"),
    ],
)
def test_what_is_not_ready_is_not_set_going(shop, campaign, kind, fields, says):
    with pytest.raises(CampaignRefused, match=says):
        go(campaign(kind, **fields))


def test_with_its_flow_off_it_is_refused_and_it_is_set_going_once(shop, people, campaign):
    Flow.objects.filter(key="newsletter").update(status=Flow.Status.OFF)
    row = campaign()
    with pytest.raises(CampaignRefused, match="switched off"):
        go(row)
    Flow.objects.update(status=Flow.Status.ON)
    go(row)
    with pytest.raises(CampaignRefused, match="before"):
        schedule_campaign(campaign=row, by="eva", now=NOON)


NOTICE = {"notice": {"kind": "recall", "batch": "7B", "todo": {"en": "Stop using it."}}}


def test_a_recall_reaches_every_buyer_whatever_they_chose(shop, campaign, judge):
    soap = ProductFactory(store=shop, title="Soap")
    gone = CustomerFactory(store=shop, email=None)
    left, inside, outside = (CustomerFactory(store=shop) for _ in range(3))
    for person, placed, fields in (
        (left, NOON - timedelta(days=10), {"is_gift": True}),
        (inside, NOON - timedelta(days=9), {}),
        (outside, NOON - timedelta(days=90), {}),
        (gone, NOON - timedelta(days=9), {}),
    ):
        order = OrderFactory(store=shop, customer=person, email=None, placed_at=placed, **fields)
        OrderLineFactory(store=shop, order=order, product=soap)
    unsubscribe(customer_id=left.pk, source="page", now=NOON)
    row = campaign(
        "safety_notice",
        product=soap,
        content=NOTICE,
        bought_from=date(2026, 2, 1),
        bought_until=date(2026, 2, 28),
    )
    planned = go(row)
    assert {m.customer for m in planned} == {left, inside, gone}
    assert {m.message_class for m in planned} == {"transactional"}
    assert set(Outbox.objects.values_list("lane", flat=True)) == {Lane.TRANSACTIONAL}
    by_person = {m.customer: m for m in planned}
    later = NOON + timedelta(hours=1)
    assert judge(by_person[gone], at=later).reason == Reason.NO_ADDRESS
    notice = judge(by_person[left], at=later).context["notice"]
    assert (notice["product"], notice["batch"]) == ("Soap", "7B")
    row.refresh_from_db()
    assert row.per_hour == 2000


def test_a_recall_leaves_nobody_out_by_a_segment(shop, campaign):
    segment = Segment.objects.create(store=shop, name="Some", created_at=NOON)
    soap = ProductFactory(store=shop)
    with pytest.raises(CampaignRefused, match="every buyer"):
        go(campaign("safety_notice", product=soap, content=NOTICE, segment=segment))
