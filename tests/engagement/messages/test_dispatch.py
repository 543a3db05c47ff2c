"""From the outbox to the mailbox, once."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from core.clock import real_now
from core.stores.scope import every_store, store_scope
from engagement.messages.models import Lane, LocalMail, Message, Outbox, Reason
from engagement.messages.operations.dispatch import dispatch, drain_outbox
from engagement.messages.rules import Skip, Wait
from tests.factories.messages import planned
from tests.factories.orders import CustomerFactory


def test_a_due_mail_is_sent_once_and_says_where_it_went(in_store):
    customer = CustomerFactory(store=in_store)
    message = planned(store=in_store, customer=customer)
    assert drain_outbox() == 1
    assert drain_outbox() == 0
    message.refresh_from_db()
    assert message.status == Message.Status.SENT
    assert message.sent_to == "jana@mail.example"
    assert message.language == "en"
    assert message.handed_at is not None
    assert message.account is not None
    assert not Outbox.objects.exists()
    mail = LocalMail.objects.get()
    assert (mail.store_id, mail.message_id) == (in_store.pk, message.pk)


def test_its_headers_are_those_of_an_automatic_mail(in_store, settings):
    settings.SITE_URL = "https://after.example"
    message = planned(store=in_store)
    drain_outbox()
    mail = message_from_bytes(bytes(LocalMail.objects.get().mime), policy=policy.default)
    assert mail["Message-ID"] == f"<{message.public_id.hex}.0@after.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Feedback-ID"].count(":") == 3
    assert mail["From"] == "Lipa <hello@lipa.example>"
    assert mail["Reply-To"] == "care@lipa.example"
    assert mail["To"].addresses[0].addr_spec == "jana@mail.example"
    assert mail["To"].addresses[0].display_name == "Jana Nováková"
    assert mail["List-Unsubscribe"] is None
    assert mail["List-Id"] is None
    assert mail.get_content_type() == "multipart/alternative"
    assert not mail.defects


def test_marketing_carries_one_click_unsubscribe_and_a_list_id(in_store):
    planned(store=in_store, marketing=True)
    drain_outbox()
    mail = message_from_bytes(bytes(LocalMail.objects.get().mime), policy=policy.default)
    assert mail["List-Unsubscribe"] == "<https://after.example/u/token/>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Id"].startswith("<lipa.")


def test_marketing_without_a_way_out_is_not_sent(in_store, rules):
    rules.context = {**rules.context, "links": {}}
    message = planned(store=in_store, marketing=True)
    drain_outbox()
    message.refresh_from_db()
    assert (message.status, message.reason) == (Message.Status.FAILED, Reason.TEMPLATE_ERROR)
    assert not LocalMail.objects.exists()


def test_a_future_mail_stays(in_store):
    planned(store=in_store, due_at=real_now() + timedelta(minutes=1))
    assert drain_outbox() == 0


def test_a_mail_whose_time_is_over_is_skipped_as_too_late(in_store):
    message = planned(store=in_store, expires_at=real_now() - timedelta(seconds=1))
    drain_outbox()
    message.refresh_from_db()
    assert (message.status, message.reason) == (Message.Status.SKIPPED, Reason.TOO_LATE)


@pytest.mark.parametrize("reason", [reason.value for reason in Reason])
def test_every_reason_that_the_rules_give_is_kept(in_store, rules, reason):
    message = planned(store=in_store)
    rules.rulings[message.pk] = Skip(reason, "in words")
    drain_outbox()
    message.refresh_from_db()
    assert (message.status, message.reason, message.reason_detail) == (
        Message.Status.SKIPPED,
        reason,
        "in words",
    )
    assert message.ended_at is not None
    assert not Outbox.objects.exists()


def test_waiting_puts_a_mail_off_and_only_counted_waits_count(in_store, rules):
    until = real_now() + timedelta(hours=5)
    quiet, capped = planned(store=in_store), planned(store=in_store)
    rules.rulings[quiet.pk] = Wait(until=until, why="quiet_hours", counts=False)
    rules.rulings[capped.pk] = Wait(until=until, why=Reason.CAPPED)
    drain_outbox()
    rows = dict(Outbox.objects.values_list("pk", "deferrals"))
    assert rows == {quiet.pk: 0, capped.pk: 1}
    assert set(Outbox.objects.values_list("state", "due_at", "claims")) == {(10, until, 0)}
    capped.refresh_from_db()
    assert capped.due_at == until


def test_the_sixth_counted_wait_ends_it_with_its_reason(in_store, rules):
    message = planned(store=in_store)
    rules.rulings[message.pk] = Wait(until=real_now() + timedelta(hours=1), why=Reason.CAPPED)
    for deferrals in range(5):
        drain_outbox()
        assert Outbox.objects.get().deferrals == deferrals + 1
        Outbox.objects.update(due_at=real_now())
    drain_outbox()
    message.refresh_from_db()
    assert (message.status, message.reason) == (Message.Status.SKIPPED, Reason.CAPPED)


def test_a_wait_beyond_its_end_is_too_late_at_once(in_store, rules):
    message = planned(store=in_store, expires_at=real_now() + timedelta(hours=1))
    until = real_now() + timedelta(hours=2)
    rules.rulings[message.pk] = Wait(until=until, why="quiet_hours", counts=False)
    drain_outbox()
    message.refresh_from_db()
    assert (message.status, message.reason) == (Message.Status.SKIPPED, Reason.TOO_LATE)


def test_a_rule_that_says_wait_until_now_does_not_make_the_engine_spin(in_store, rules):
    message = planned(store=in_store)
    rules.rulings[message.pk] = Wait(until=real_now(), counts=False)
    assert drain_outbox() == 1
    assert Outbox.objects.get().due_at > real_now()


def test_a_message_no_rule_can_judge_holds_nobody_up_and_fails_in_the_end(in_store, rules):
    broken, fine = planned(store=in_store), planned(store=in_store)
    rules.rulings[broken.pk] = RuntimeError("a bug in a rule")
    drain_outbox()
    fine.refresh_from_db()
    assert fine.status == Message.Status.SENT
    for _ in range(5):
        Outbox.objects.update(due_at=real_now() - timedelta(seconds=1))
        drain_outbox()
    broken.refresh_from_db()
    assert broken.reason == Reason.TEMPLATE_ERROR
    assert not Outbox.objects.exists()


def test_a_broken_template_fails_its_own_mail_only(in_store, settings):
    broken = planned(store=in_store, template="no_such_mail")
    fine = planned(store=in_store)
    drain_outbox()
    broken.refresh_from_db()
    fine.refresh_from_db()
    assert (broken.status, broken.reason) == (Message.Status.FAILED, Reason.TEMPLATE_ERROR)
    assert fine.status == Message.Status.SENT


def test_order_news_never_wait_behind_marketing(in_store):
    for _ in range(50):
        planned(store=in_store, marketing=True)
    news = planned(store=in_store)
    assert dispatch(lane=Lane.TRANSACTIONAL) == 1
    news.refresh_from_db()
    assert news.status == Message.Status.SENT
    assert Outbox.objects.count() == 50


def test_a_big_store_does_not_starve_a_small_one(store, other_store):
    for _ in range(30):
        planned(store=store, marketing=True)
    small = planned(store=other_store, marketing=True)
    assert dispatch(lane=Lane.MARKETING, limit=10) == 6
    with every_store():
        small.refresh_from_db()
        assert small.status == Message.Status.SENT
        assert Outbox.objects.count() == 25


def test_a_store_on_hold_sends_nothing_and_spends_no_tries(store):
    store.sending_held = True
    store.save()
    planned(store=store)
    assert drain_outbox() == 0
    with store_scope(store.pk):
        row = Outbox.objects.get()
        assert (row.state, row.claims, row.attempts) == (10, 0, 0)


def test_a_demo_store_lives_by_its_own_clock_and_sends_into_the_local_mailbox(store, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    store.is_demo = True
    store.clock_offset = timedelta(days=-300)
    store.save()
    due = planned(store=store)
    planned(store=store, due_at=real_now() - timedelta(days=299))  # past for us, future there
    assert drain_outbox(only_store=store.pk) == 1
    with store_scope(store.pk):
        mail = LocalMail.objects.get()
        assert mail.message_id == due.pk
        assert abs(mail.received_at - (real_now() - timedelta(days=300))) < timedelta(minutes=1)
