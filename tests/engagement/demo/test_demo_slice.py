"""A slice of the demo, seeded once for all these tests: 20 customers and five months."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from core.events.models import PendingReaction
from core.ledger.models import Movement
from core.stores.models import Store, User
from core.stores.scope import every_store, store_scope
from engagement.demo.catalogs import SHOPS
from engagement.demo.seed import OWNER, seed_demo
from engagement.demo.story import story_of
from engagement.demo.wipe import NotADemoShop, wipe_shop
from engagement.flows.models import Campaign
from engagement.guides.models import CareTip, Guide
from engagement.messages.models import LocalMail, Message
from engagement.travel import LOCAL_MAILBOX
from orders.models import Customer, InboundNotice, Order
from orders.operations.give_credit import give_credit
from tests.factories.orders import CustomerFactory
from tests.factories.stores import StoreFactory

NOW = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
SLICE = {"customers": 20, "months": 5, "seed": 1, "now": NOW}


@pytest.fixture(scope="module", autouse=True)
def seeded(django_db_setup, django_db_blocker, tmp_path_factory):
    """Both demo shops, committed, and taken away again afterwards."""
    with django_db_blocker.unblock():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("django.conf.settings.VAR_DIR", tmp_path_factory.mktemp("var"))
            patch.setattr(
                "django.conf.settings.PASSWORD_HASHERS",
                ["django.contrib.auth.hashers.MD5PasswordHasher"],
            )
            patch.setattr("django.conf.settings.EMAIL_BACKEND", LOCAL_MAILBOX)
            yield seed_demo(**SLICE, fresh=False, tell=lambda shop, share: None)
        with every_store():
            for store in Store.objects.filter(slug__in=[shop.slug for shop in SHOPS]):
                wipe_shop(store=store)
        User.objects.filter(email=OWNER).delete()


@pytest.fixture(params=[shop.slug for shop in SHOPS])
def shop_store(request, db) -> Store:
    return Store.objects.get(slug=request.param)


@pytest.fixture
def inside(shop_store):
    with store_scope(shop_store.pk):
        yield shop_store


def test_every_order_came_in_through_a_notice(inside):
    orders = Order.objects.all()
    assert orders.count() >= 5
    assert not orders.filter(notices__isnull=True).exists()
    assert set(InboundNotice.objects.values_list("status", flat=True)) == {"applied"}


def test_every_mail_sent_has_its_event_and_lies_in_the_mailbox(inside):
    sent = Message.objects.filter(status=Message.Status.SENT)
    assert sent.count() >= 20
    assert not sent.filter(event__isnull=True).exists()
    assert LocalMail.objects.filter(store=inside, message__in=sent).count() == sent.count()


def test_nothing_failed_and_nothing_is_owed(inside):
    assert not Message.objects.filter(status__in=["failed", "uncertain", "handing"]).exists()
    owed = PendingReaction.objects.exclude(status=PendingReaction.Status.DONE)
    assert list(owed.values_list("reaction", "error")) == []


def test_both_classes_of_mail_went_out_and_more_are_planned(inside):
    for message_class in Message.Class.values:
        assert Message.objects.filter(message_class=message_class, status="sent").exists()
    assert Message.objects.filter(status="planned", due_at__gt=NOW).exists()


def test_an_order_s_way_is_told_in_mails(inside):
    told = set(Message.objects.filter(status="sent").values_list("flow", flat=True))
    assert told >= {
        "order_confirmation",
        "order_shipped",
        "out_for_delivery",
        "delivered",
        "review_request",
    }


def test_marketing_kept_to_the_store_s_hours(inside):
    early_or_late = []
    for message in Message.objects.filter(message_class="marketing", status="sent").select_related(
        "customer"
    ):
        zone = message.customer.time_zone or inside.time_zone
        local = message.handed_at.astimezone(ZoneInfo(zone))
        if not 8 <= local.hour < 20:
            early_or_late.append((message.pk, local))
    assert early_or_late == []


def test_nobody_who_said_no_was_written_to_for_marketing(inside):
    """Every marketing mail has an answer to the question of consent at the time it left."""
    refused = Message.objects.filter(reason__in=["no_consent", "unsubscribed"])
    assert not refused.filter(status="sent").exists()


def test_the_clock_is_back_and_people_of_five_languages_shop_there(inside):
    inside.refresh_from_db()
    assert inside.clock_offset == timedelta()
    written = set(Customer.objects.exclude(locale="").values_list("locale", flat=True))
    written |= set(Order.objects.values_list("locale", flat=True))
    assert {word[:2] for word in written if word} == {"en", "cs", "sk", "sl", "fi"}


def test_seeding_again_changes_nothing(shop_store):
    with every_store():
        before = Message.objects.filter(store=shop_store).count()
    again = seed_demo(**SLICE, fresh=False, tell=lambda shop, share: None)
    assert [one.is_new for one in again] == [False, False]
    with every_store():
        assert Message.objects.filter(store=shop_store).count() == before


def test_a_real_store_is_never_taken_away(db):
    real = StoreFactory(slug="a-real-one")
    with pytest.raises(NotADemoShop):
        wipe_shop(store=real)
    assert Store.objects.filter(pk=real.pk).exists()


def test_a_demo_shop_goes_with_its_ledger_and_the_others_stays_guarded(db, shop_store):
    invented, real = StoreFactory(slug="invented", is_demo=True), StoreFactory(slug="a-real-one")
    for one in (invented, real):
        with store_scope(one.pk):
            give_credit(
                customer=CustomerFactory(store=one),
                amount_minor=500,
                currency=one.currency,
                occasion="by-hand:1",
                reason="A scratch",
                by="jana",
                now=NOW,
            )
    wipe_shop(store=invented)
    assert not Store.objects.filter(slug="invented").exists()
    with store_scope(real.pk):
        assert Movement.objects.count() == 1
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Movement.objects.all()._raw_delete(using="default")


def test_the_desk_of_a_year_is_not_empty(db):
    store = Store.objects.get(slug=SHOPS[0].slug)
    with store_scope(store.pk):
        assert CareTip.objects.count() == 3
        assert Guide.objects.filter(live__isnull=False).exists()
        assert Movement.objects.exists()
        assert Campaign.objects.get().status == Campaign.Status.PLANNING


def test_the_command_refuses_a_demo_of_nothing(db):
    with pytest.raises(CommandError, match="at least 2 customers"):
        call_command("demo", customers=0)


def test_the_story_is_the_same_for_the_same_seed_and_another_for_another():
    def told(seed: int):
        return story_of(
            shop=SHOPS[0],
            customers=12,
            seed=seed,
            starts_at=NOW - timedelta(days=150),
            ends_at=NOW,
        )

    assert told(1) == told(1)
    assert told(1) != told(2)
    assert [one.at for one in told(1)] == sorted(one.at for one in told(1))
