"""End mails that have become pointless, before anybody hands them over."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from core.stores.scope import store_scope
from engagement.messages.models import Message, Outbox

STOPPABLE = (Outbox.State.PLANNED, Outbox.State.PAUSED, Outbox.State.CLAIMED)


def end_messages(*, store_id: int, where: Q, reason: str, detail: str = "", now: datetime) -> int:
    """Skip the planned, paused and claimed messages that match `where`, for `reason`; how many.

    `where` speaks of `Message` fields. Rows are locked in id order and the outbox row decides:
    whichever of this and MARK commits first wins, so that a mail is either ended here or handed
    over, never both. What was marked already is left alone. `now` is the store's time.
    """
    with store_scope(store_id), transaction.atomic(savepoint=False):
        alive = Message.objects.filter(where, store_id=store_id, status=Message.Status.PLANNED)
        candidates = sorted(alive.values_list("pk", flat=True))
        if not candidates:
            return 0
        # A second look at the state under the lock: MARK may have won while we waited for it.
        ours = list(
            Outbox.objects.filter(pk__in=candidates, state__in=STOPPABLE)
            .order_by("pk")
            .select_for_update()
            .values_list("pk", flat=True)
        )
        Outbox.objects.filter(pk__in=ours).delete()
        return Message.objects.filter(pk__in=ours).update(
            status=Message.Status.SKIPPED, reason=reason, reason_detail=detail[:300], ended_at=now
        )
