"""A mail gives a voucher along: made before it is written, valid only once it is on its way."""

from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy

import pytest

from core.clock import now as store_now
from engagement.flows.catalog.birthday import FLOW as BIRTHDAY
from engagement.flows.catalog.order_confirmation import FLOW as CONFIRMATION
from engagement.flows.definition import BadDefinition, Definition, Gift
from engagement.flows.models import Flow
from engagement.flows.operations.give_vouchers import take_back_unsent
from engagement.flows.operations.publish_version import publish_version
from engagement.flows.rules import FlowRules
from engagement.flows.written_again import written_again
from engagement.messages.models import LocalMail, Message, Outbox
from engagement.messages.operations.dispatch import drain_outbox
from engagement.messages.rules import send_rules
from engagement.preferences.operations.unsubscribe import unsubscribe
from orders.models import Voucher
from orders.operations.activate_vouchers import drop_set_aside
from orders.operations.revoke_voucher import revoke_voucher
from tests.conftest import NOON
from tests.factories.journey import text_of

TEN = Gift(kind="percent", percent=10, minimum_minor=50000, valid_days=30)


def with_voucher(flow: Definition, gift: Gift = TEN) -> Definition:
    first, *others = flow.steps
    return replace(flow, steps=(replace(first, voucher=gift), *others))


@pytest.fixture
def confirmed(shop, bought, place):
    """A confirmation that gives ten percent along; placed, not sent yet."""
    publish_version(store=shop, definition=with_voucher(CONFIRMATION), now=NOON)

    def promise(**how) -> Message:
        purchase = bought(**how)
        place(purchase.order)
        return Message.objects.get(flow="order_confirmation", order=purchase.order)

    return promise


def written() -> str:
    (mail,) = LocalMail.objects.all()
    return text_of(message_from_bytes(bytes(mail.mime), policy=policy.default))


def test_the_mail_names_a_code_that_is_valid_from_then_on(confirmed, shop):
    message = confirmed()
    assert not Voucher.objects.exists()
    drain_outbox()
    voucher = Voucher.objects.get()
    assert voucher.code in written()
    assert voucher.live_at is not None
    assert (voucher.customer, voucher.percent) == (message.customer, 10)
    assert (voucher.reason, voucher.issued_by) == ("Order confirmation", "flow order_confirmation")
    last = voucher.expires_at.astimezone(shop.zone)
    assert (last.date() - NOON.date(), last.hour) == (timedelta(days=31), 0)
    assert voucher.state(uses=0, now=NOON) == "Valid"
    message.refresh_from_db()
    assert voucher.code in written_again(message=message, now=NOON).html


def test_without_consent_the_mail_goes_and_no_code_is_made(confirmed):
    message = confirmed(consent=False)
    drain_outbox()
    message.refresh_from_db()
    assert message.status == Message.Status.SENT
    assert not Voucher.objects.exists()
    assert "%" not in written()


def test_a_gift_order_gives_the_buyer_no_voucher(confirmed):
    confirmed(is_gift=True)
    drain_outbox()
    assert LocalMail.objects.count() == 1
    assert not Voucher.objects.exists()


class Rivaled(FlowRules):
    """The shop's rules; `rival` acts once, between a mail's writing and its MARK."""

    rival = None

    def make(self, *, gives, now):
        made = super().make(gives=gives, now=now)
        rival, Rivaled.rival = Rivaled.rival, None
        if rival is not None:
            rival()
        return made


RIVALED = Rivaled()


@pytest.fixture
def rivaled(settings):
    settings.SEND_RULES = f"{__name__}.RIVALED"
    return Rivaled


def test_who_leaves_before_mark_gets_the_mail_without_its_voucher(confirmed, rivaled, clock):
    message = confirmed()
    rivaled.rival = lambda: unsubscribe(customer_id=message.customer_id, source="page", now=NOON)
    drain_outbox()
    assert not LocalMail.objects.exists()
    clock.shift(timedelta(minutes=2))
    drain_outbox()
    message.refresh_from_db()
    assert message.status == Message.Status.SENT
    assert "%" not in written()
    voucher = Voucher.objects.get()
    assert voucher.live_at is None
    drop_set_aside(now=NOON + timedelta(days=2))
    assert not Voucher.objects.exists()


def test_a_mail_that_is_ended_before_mark_leaves_no_live_code(confirmed, rivaled):
    message = confirmed()

    def cancel():
        message.order.status = "canceled"
        message.order.save()

    rivaled.rival = cancel
    drain_outbox()
    message.refresh_from_db()
    assert message.status == Message.Status.SKIPPED
    assert Voucher.objects.get().live_at is None


def test_put_off_and_written_again_it_is_the_same_code(confirmed, rivaled, clock):
    confirmed()
    seen = []

    def pause():
        seen.append(Voucher.objects.get().code)
        Flow.objects.filter(key="order_confirmation").update(status=Flow.Status.PAUSED)

    rivaled.rival = pause
    drain_outbox()
    assert not LocalMail.objects.exists()
    Flow.objects.update(status=Flow.Status.ON)
    clock.shift(timedelta(hours=2))
    drain_outbox()
    assert seen == [Voucher.objects.get().code]
    assert seen[0] in written()
    assert Voucher.objects.get().live_at == datetime.now(NOON.tzinfo)


def test_a_code_taken_back_before_it_went_is_not_named(confirmed, rivaled, clock):
    confirmed()
    rivaled.rival = lambda: revoke_voucher(voucher=Voucher.objects.get(), now=NOON)
    drain_outbox()
    assert not LocalMail.objects.exists()
    clock.shift(timedelta(minutes=30))
    drain_outbox()
    assert Voucher.objects.get().code not in written()


def test_a_marked_mail_that_did_not_leave_takes_its_code_back(confirmed, shop):
    message = confirmed()
    drain_outbox()
    now = store_now(shop)
    assert take_back_unsent(now=now) == 0
    Message.objects.filter(pk=message.pk).update(status=Message.Status.FAILED, ended_at=now)
    assert take_back_unsent(now=now) == 1
    assert Voucher.objects.get().state(uses=0, now=now) == "Revoked"


def test_the_forecast_makes_no_codes(confirmed):
    message = confirmed()
    send_rules().judge(messages=[message], now=NOON)
    assert not Voucher.objects.exists()
    assert Outbox.objects.filter(pk=message.pk).exists()


def test_a_definition_keeps_its_voucher_and_refuses_one_worth_nothing():
    flow = with_voucher(BIRTHDAY)
    assert Definition.from_json(flow.to_json()) == flow
    for gift in (Gift(kind="percent"), Gift(kind="gift"), replace(TEN, valid_days=0)):
        with pytest.raises(BadDefinition):
            with_voucher(BIRTHDAY, gift)
    with pytest.raises(BadDefinition, match="no place"):
        replace(flow, steps=(replace(flow.steps[0], template="review_request"),))
