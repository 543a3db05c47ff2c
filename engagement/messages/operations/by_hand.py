"""What a person in the dashboard may do to one mail: send it again, or say that it arrived."""

from datetime import datetime, timedelta

from django.db import transaction

from core.wake import wake_on_commit
from engagement.messages.models import Lane, Message, Outbox

GIVEN_UP_AFTER = timedelta(days=2)
ENDED = (Message.Status.SENT, Message.Status.SKIPPED, Message.Status.FAILED)


class CannotSendAgain(Exception):
    """The mail has not ended; the message says what to do instead."""


class NotUncertain(Exception):
    """Somebody, or the engine, has settled it meanwhile."""


def send_again(*, message: Message, now: datetime) -> None:
    """Plan an ended mail once more, under a new key. All rules are asked again before it leaves.

    An uncertain mail is first given up by whoever asks: its outbox row goes, so that a late answer
    settles nothing. Inside the store's scope; `now` is the store's time. Raises `CannotSendAgain`.
    """
    with transaction.atomic():
        row = Message.objects.select_for_update().get(pk=message.pk)
        if row.status == Message.Status.UNCERTAIN:
            Outbox.objects.filter(pk=row.pk, state=Outbox.State.UNCERTAIN).delete()
        elif row.status not in ENDED:
            raise CannotSendAgain("It is planned or just leaving; there is nothing to repeat.")
        if Outbox.objects.filter(pk=row.pk).exists():
            raise CannotSendAgain("It is just leaving; wait a minute and look again.")
        row.status = Message.Status.PLANNED
        row.generation += 1
        row.reason = row.reason_detail = row.provider_message_id = ""
        # `handed_at` stays: the frequency cap must not forget the first one.
        row.due_at, row.ended_at = now, None
        row.facts = {**row.facts, "not_before": now.isoformat()}  # its own time may be long past
        row.delivery_rank = 0
        row.save()
        Outbox.objects.create(
            message=row,
            store_id=row.store_id,
            customer_id=row.customer_id,
            lane=Lane.MARKETING if row.is_marketing else Lane.TRANSACTIONAL,
            due_at=now,
            expires_at=now + GIVEN_UP_AFTER,
        )
        wake_on_commit("outbox")


def say_it_arrived(*, message: Message, now: datetime) -> None:
    """Settle an uncertain mail as sent, on somebody's word. Raises `NotUncertain`."""
    with transaction.atomic():
        gone = Outbox.objects.filter(pk=message.pk, state=Outbox.State.UNCERTAIN).delete()[0]
        won = Message.objects.filter(pk=message.pk, status=Message.Status.UNCERTAIN).update(
            status=Message.Status.SENT, ended_at=now, reason="", reason_detail="Settled by hand"
        )
        if not (won or gone):
            raise NotUncertain("It is settled already. Nothing was changed.")
