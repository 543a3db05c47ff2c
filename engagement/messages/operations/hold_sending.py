"""Stop all sending, of one store or of all, and let it go again."""

from datetime import datetime

from django.db import transaction

from core.audit.models import AuditEntry
from core.stores.models import Store
from core.stores.scope import every_store
from core.wake import wake_on_commit


def hold_sending(*, reason: str, actor: str, now: datetime, store_id: int | None = None) -> int:
    """Nothing leaves from now on; how many stores that changed. `now` is the machine's time.

    Mails already marked (fewer than one mark batch a worker) are still handed over; whatever is
    claimed goes back untouched. Planning goes on.
    """
    return _set(held=True, reason=reason, actor=actor, now=now, store_id=store_id)


def release_sending(*, actor: str, now: datetime, store_id: int | None = None) -> int:
    """Send again; how many stores that changed. What has become too late meanwhile is skipped."""
    return _set(held=False, reason="", actor=actor, now=now, store_id=store_id)


def _set(*, held: bool, reason: str, actor: str, now: datetime, store_id: int | None) -> int:
    with every_store(), transaction.atomic():
        stores = Store.objects.filter(sending_held=not held)
        if store_id is not None:
            stores = stores.filter(pk=store_id)
        ids = sorted(stores.values_list("pk", flat=True))
        Store.objects.filter(pk__in=ids).update(sending_held=held, sending_held_reason=reason[:200])
        AuditEntry.objects.bulk_create(
            [
                AuditEntry(
                    store_id=pk,
                    actor=actor,
                    action="sending.held" if held else "sending.released",
                    detail={"reason": reason} if reason else {},
                    happened_at=now,
                )
                for pk in ids
            ]
        )
        if ids and not held:
            wake_on_commit("outbox")
    return len(ids)
