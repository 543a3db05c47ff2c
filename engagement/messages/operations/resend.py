"""Send a message again because a person asks for it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from core.audit.models import AuditEntry
from core.wake import wake_on_commit
from engagement.messages.models import Lane, Message, Outbox, Reason

KEEP_TRYING = timedelta(days=2)


class NotResendable(Exception):
    """The message is still on its way, or was left unsent for a reason that still holds."""


def resend(*, message_id: int, actor: str, now: datetime) -> Message:
    """Plan an ended or uncertain message once more, due now, as a new mail to the provider.

    Its generation grows, and with it the key and the Message-ID: nothing at the provider folds it
    into the first one. All rules are asked again before it leaves. In the store's scope; `now` is
    the store's time. Raises `NotResendable` (nothing is changed) and `Message.DoesNotExist`.
    """
    with transaction.atomic():
        message = Message.objects.select_for_update().get(pk=message_id)
        if not _may_be_sent_again(message):
            raise NotResendable(
                f"This message is “{message.get_status_display()}” and cannot be sent again. "
                "Only a sent, failed or unclear one can."
            )
        Outbox.objects.filter(pk=message_id, state=Outbox.State.UNCERTAIN).delete()
        Outbox.objects.create(
            message=message,
            store_id=message.store_id,
            customer_id=message.customer_id,
            lane=Lane.MARKETING if message.is_marketing else Lane.TRANSACTIONAL,
            due_at=now,
            expires_at=now + KEEP_TRYING,
        )
        Message.objects.filter(pk=message_id).update(
            status=Message.Status.PLANNED,
            facts={**message.facts, "not_before": now.isoformat()},  # its own time may be past
            reason="",
            reason_detail="",
            generation=F("generation") + 1,
            due_at=now,
            ended_at=None,
            provider_message_id="",
            delivery_rank=0,
        )
        AuditEntry.objects.create(
            store_id=message.store_id,
            actor=actor,
            action="message.resent",
            subject=f"message:{message_id}",
            happened_at=now,
        )
        wake_on_commit("outbox")
    message.refresh_from_db()
    return message


def _may_be_sent_again(message: Message) -> bool:
    status = message.status
    if status in {Message.Status.SENT, Message.Status.FAILED, Message.Status.UNCERTAIN}:
        return True
    return status == Message.Status.SKIPPED and message.reason == Reason.UNKNOWN_NOT_RESENT
