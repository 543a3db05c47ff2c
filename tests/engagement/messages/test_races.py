"""A rival at the very line: between judgement and MARK, inside MARK, and after the lease."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import Q

from core.clock import real_now
from engagement.messages.limits import Limits
from engagement.messages.models import Lane, LocalMail, Message, Outbox, Reason
from engagement.messages.operations import record as record_module
from engagement.messages.operations import release
from engagement.messages.operations.claim import claim
from engagement.messages.operations.dispatch import dispatch, drain_outbox
from engagement.messages.operations.end_messages import end_messages
from engagement.messages.operations.hold_sending import hold_sending, release_sending
from engagement.messages.operations.reap import reap
from engagement.messages.operations.record import record
from engagement.messages.rules import Skip, Wait
from tests.factories.messages import planned
from tests.factories.orders import CustomerFactory

pytestmark = pytest.mark.usefixtures("in_store")


def state_of(message: Message) -> tuple[str, str]:
    message.refresh_from_db()
    return message.status, message.reason


def canceling(store, reason: str = Reason.ORDER_CANCELED) -> Callable[[], None]:
    return lambda: (
        end_messages(store_id=store.pk, where=Q(), reason=reason, now=real_now()) and None
    )


def test_a_cancellation_between_judgement_and_mark_wins(store, rules):
    message = planned(store=store)
    rules.after_judge = canceling(store)
    drain_outbox()
    assert state_of(message) == (Message.Status.SKIPPED, Reason.ORDER_CANCELED)
    assert not LocalMail.objects.exists()


def test_a_cancellation_inside_mark_just_before_its_update_wins(store, rules):
    message = planned(store=store)
    rules.before_forbidden = canceling(store)
    drain_outbox()
    assert state_of(message) == (Message.Status.SKIPPED, Reason.ORDER_CANCELED)
    assert not LocalMail.objects.exists()


def test_a_cancellation_after_mark_loses_and_the_mail_is_sent(store, monkeypatch):
    message = planned(store=store)
    ended = []

    def late(self, emails):
        ended.append(
            end_messages(store_id=store.pk, where=Q(), reason=Reason.ORDER_CANCELED, now=real_now())
        )
        return len(emails)

    monkeypatch.setattr("engagement.messages.localbox.backend.EmailBackend.send_messages", late)
    drain_outbox()
    assert ended == [0]
    assert state_of(message) == (Message.Status.SENT, "")


@pytest.mark.parametrize("reason", [reason.value for reason in Reason])
def test_every_ban_that_comes_between_judgement_and_mark_is_kept(store, rules, reason):
    message = planned(store=store)
    rules.after_judge = lambda: rules.bans.update({message.pk: Skip(reason, "late")})
    drain_outbox()
    assert state_of(message) == (Message.Status.SKIPPED, reason)
    assert not LocalMail.objects.exists()


def test_a_ban_that_only_waits_puts_the_mail_off(store, rules):
    message = planned(store=store)
    until = real_now() + timedelta(hours=3)
    rules.bans[message.pk] = Wait(until=until, why=Reason.TICKET_OPEN)
    drain_outbox()
    row = Outbox.objects.get()
    assert (row.state, row.due_at, row.deferrals) == (Outbox.State.PLANNED, until, 1)


def test_a_hold_between_judgement_and_mark_gives_everything_back(store, rules):
    planned(store=store)
    rules.after_judge = lambda: hold_sending(reason="fire", actor="test", now=real_now()) and None
    drain_outbox()
    row = Outbox.objects.get()
    assert (row.state, row.claims, row.attempts) == (Outbox.State.PLANNED, 0, 0)
    rules.after_judge = None
    assert drain_outbox() == 0
    release_sending(actor="test", now=real_now())
    assert drain_outbox() == 1
    assert LocalMail.objects.count() == 1


def test_somebody_else_took_the_row_before_mark(store, rules):
    message = planned(store=store)
    rules.after_judge = lambda: Outbox.objects.update(token="somebody else") and None
    dispatch(lane=Lane.TRANSACTIONAL)
    assert not LocalMail.objects.exists()
    assert state_of(message) == (Message.Status.PLANNED, "")
    assert Outbox.objects.get().token == "somebody else"


def claimed(store, *, token: str, lease: timedelta) -> list[Outbox]:
    now = real_now()
    return claim(
        store_id=store.pk,
        lane=Lane.TRANSACTIONAL,
        limit=10,
        token=token,
        store_now=now,
        lease_until=now + lease,
    )


def test_a_claim_whose_worker_died_is_planned_again_and_counted(store):
    planned(store=store)
    claimed(store, token="dead", lease=timedelta(seconds=-1))
    assert reap(now=real_now()) == (1, 0)
    row = Outbox.objects.get()
    assert (row.state, row.token, row.claims) == (Outbox.State.PLANNED, "", 1)
    assert reap(now=real_now()) == (0, 0)


def test_a_live_claim_is_left_alone(store):
    planned(store=store)
    claimed(store, token="alive", lease=timedelta(seconds=40))
    assert reap(now=real_now()) == (0, 0)
    assert claimed(store, token="rival", lease=timedelta(seconds=40)) == []


def handing(store, *, token: str = "worker", **changes) -> Message:
    message = planned(store=store, customer=CustomerFactory(store=store))
    Outbox.objects.filter(pk=message.pk).update(
        **{
            "state": Outbox.State.HANDING,
            "token": token,
            "attempts": 1,
            "lease_until": real_now() - timedelta(seconds=1),
            **changes,
        }
    )
    Message.objects.filter(pk=message.pk).update(
        status=Message.Status.HANDING, handed_at=real_now()
    )
    return message


def test_a_mark_whose_worker_died_becomes_uncertain_and_says_so(store):
    message = handing(store)
    assert reap(now=real_now()) == (0, 1)
    assert state_of(message) == (Message.Status.UNCERTAIN, "")


def test_a_worker_that_only_slept_may_settle_its_own_uncertain_mail(store):
    message = handing(store)
    reap(now=real_now())
    assert record(accepted={message.pk: "id-1"}, token="worker", now=real_now()) == [message.pk]
    assert state_of(message) == (Message.Status.SENT, "")
    assert message.provider_message_id == "id-1"
    assert record(accepted={message.pk: "id-1"}, token="worker", now=real_now()) == []


@pytest.mark.parametrize("token", ["", "another worker"])
def test_a_late_worker_cannot_settle_what_is_no_longer_its_own(store, token):
    message = handing(store, token=token, state=Outbox.State.HANDING)
    assert record(accepted={message.pk: "x"}, token="worker", now=real_now()) == []
    assert not release.retry_later(message_id=message.pk, token="worker", due_at=real_now())
    assert release.unmark(ids=[message.pk], token="worker") == 0
    assert not release.doubt(message_id=message.pk, token="worker", machine_now=real_now())
    assert Outbox.objects.get().state == Outbox.State.HANDING


def test_a_late_worker_cannot_give_back_or_end_what_another_one_claimed(store):
    message = planned(store=store)
    claimed(store, token="rival", lease=timedelta(seconds=40))
    now = real_now()
    assert release.give_back(ids=[message.pk], token="late") == 0
    assert not release.put_off(
        delays=[release.Delay(message.pk, due_at=now, counts=True)], token="late"
    )
    ending = release.Ending(message.pk, Message.Status.SKIPPED, Reason.CAPPED)
    assert release.end(endings=[ending], token="late", now=now) == []
    assert Outbox.objects.get().token == "rival"


def test_a_record_that_fails_leaves_the_mail_uncertain_not_planned(store, monkeypatch):
    message = planned(store=store)

    def broken(**kwargs):
        raise RuntimeError("the database went away")

    module = "engagement.messages.operations.unrecorded.record"
    monkeypatch.setattr(module, broken)
    dispatch(lane=Lane.TRANSACTIONAL)
    monkeypatch.setattr(module, record_module.record)
    assert Outbox.objects.get().state == Outbox.State.HANDING
    assert dispatch(lane=Lane.TRANSACTIONAL) == 0
    reap(now=real_now() + timedelta(minutes=1))
    assert state_of(message) == (Message.Status.UNCERTAIN, "")


def test_a_suspect_is_handled_alone_and_fails_when_one_more_worker_died(store, rules):
    innocent, poison = planned(store=store), planned(store=store)
    Outbox.objects.filter(pk=poison.pk).update(claims=2)
    dispatch(lane=Lane.TRANSACTIONAL)
    assert rules.judged == [[poison.pk]]
    assert Outbox.objects.get().pk == innocent.pk
    assert Outbox.objects.get().claims == 0
    poison = planned(store=store)
    Outbox.objects.filter(pk=poison.pk).update(claims=3)
    drain_outbox()
    assert state_of(poison) == (Message.Status.FAILED, Reason.TEMPLATE_ERROR)
    assert state_of(innocent) == (Message.Status.SENT, "")


def test_a_batch_stops_before_its_lease_does_and_gives_the_rest_back(store):
    for _ in range(3):
        planned(store=store)
    within = Limits(lease=timedelta(seconds=5), provider_timeout=timedelta(seconds=6))
    dispatch(lane=Lane.TRANSACTIONAL, within=within)
    assert set(Outbox.objects.values_list("state", "claims", "attempts")) == {(10, 0, 0)}


def test_being_asked_to_stop_gives_back_what_is_not_yet_marked(store):
    for _ in range(3):
        planned(store=store)
    answers = iter([False, True])
    assert dispatch(lane=Lane.TRANSACTIONAL, should_stop=lambda: next(answers, True)) == 3
    assert set(Outbox.objects.values_list("state", "claims")) == {(10, 0)}
