"""The whole engine with the shop's own rules: a rival acts between judgement and MARK, and wins."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import pytest

from engagement.flows.rules import RULES
from engagement.messages.models import LocalMail, Message, Outbox
from engagement.messages.operations.dispatch import drain_outbox
from engagement.messages.rules import Ruling, Skip, Wait
from tests.engagement.flows.races import RACES, pause


class Rivaled:
    """The shop's rules; `rival` acts once, as soon as they have judged."""

    def __init__(self) -> None:
        self.rival: Callable[[], object] | None = None
        self.asked_again: list[int] = []

    def judge(self, *, messages: Sequence[Message], now: datetime) -> Mapping[int, Ruling]:
        rulings = RULES.judge(messages=messages, now=now)
        rival, self.rival = self.rival, None
        if rival is not None:
            rival()
        return rulings

    def forbidden(self, *, messages: Sequence[Message], now: datetime) -> Mapping[int, Skip | Wait]:
        self.asked_again += [message.pk for message in messages]
        return RULES.forbidden(messages=messages, now=now)

    def grounds(self, *, marketing: bool) -> str | None:
        return RULES.grounds(marketing=marketing)


RIVALED = Rivaled()


@pytest.fixture
def rivaled(settings) -> Rivaled:
    settings.SEND_RULES = f"{__name__}.RIVALED"
    RIVALED.__init__()
    return RIVALED


def leave_one(message: Message) -> None:
    """Only this mail is due."""
    Outbox.objects.exclude(pk=message.pk).delete()


@pytest.mark.parametrize(
    ("flow", "meanwhile", "reason"), RACES, ids=lambda each: getattr(each, "__name__", str(each))
)
def test_whatever_happens_between_judgement_and_mark_is_kept(due, rivaled, flow, meanwhile, reason):
    message, now = due(flow)
    leave_one(message)
    rivaled.rival = lambda: meanwhile(message, now)
    drain_outbox()
    message.refresh_from_db()
    if reason is None:
        assert (message.status, message.reason) == (Message.Status.SENT, "")
    else:
        assert (message.status, message.reason) == (Message.Status.SKIPPED, reason)
        assert rivaled.asked_again == [message.pk]
    assert LocalMail.objects.count() == (reason is None)


def test_a_pause_between_judgement_and_mark_holds_the_mail(due, rivaled):
    message, now = due("order_confirmation")
    leave_one(message)
    rivaled.rival = lambda: pause(message, now)
    drain_outbox()
    assert Outbox.objects.get().state == Outbox.State.PLANNED
    assert not LocalMail.objects.exists()


def test_a_purchase_between_judgement_and_mark_makes_the_reminder_pointless(due, rivaled, bought):
    message, now = due("replenishment")
    leave_one(message)
    line = message.order.lines.get()
    rivaled.rival = lambda: (
        bought(customer=message.customer, product=line.product, placed_at=now)
        and Outbox.objects.exclude(pk=message.pk).delete()
    )
    drain_outbox()
    message.refresh_from_db()
    assert (message.status, message.reason) == (Message.Status.SKIPPED, "reordered")


@pytest.mark.postgres
@pytest.mark.parametrize("flow", sorted({flow for flow, _, _ in RACES}))
def test_undisturbed_a_mail_is_marked_without_asking_again(due, rivaled, flow):
    message, _ = due(flow)
    leave_one(message)
    drain_outbox()
    message.refresh_from_db()
    assert message.status == Message.Status.SENT
    assert rivaled.asked_again == []
