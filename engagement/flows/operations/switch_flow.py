"""Switch a flow on, off, or let it pause."""

from datetime import datetime

from django.db import transaction

from core.audit.write import write_down
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.flows.models import Flow
from engagement.flows.operations.replan import replan


def switch_flow(*, store: Store, key: str, to: Flow.Status, why: str = "", now: datetime) -> Flow:
    """Bring the flow to status `to`; the flow.

    Off ends what is planned (`flow_off`). A pause keeps it, and new mails are planned into the
    pause; `why` is shown to the merchant. On again after a pause sends what is still worth it:
    mails overdue beyond their step's grace end as `too_late`, and marketing that is overdue by less
    is spread over hours, so that nothing bursts. On after off starts afresh: what happened in
    between starts nothing. The status counts at once; what is planned follows as `replan` says.
    Raises `Flow.DoesNotExist`.
    """
    with transaction.atomic(), store_scope(store.pk):
        flow = Flow.objects.select_for_update().get(key=key)
        before, flow.status = flow.status, to
        flow.paused_reason = why[:200] if to == Flow.Status.PAUSED else ""
        if to == Flow.Status.ON and before == Flow.Status.OFF:
            flow.activated_at = now
        flow.save()
        replan(store=store, key=key, now=now)
    return flow


def pause_failing_flow(*, store_id: int, key: str, step: str, failures: int, now: datetime) -> None:
    """Pause the flow because `failures` mails of `step` in a row could not be written."""
    if Flow.objects.filter(key=key, status=Flow.Status.ON).exists():
        why = (
            f"The last {failures} mails of “{step}” could not be written. Mend the mail's texts, "
            "then switch the flow on again."
        )
        pause_by_itself(store_id=store_id, key=key, why=why, now=now)


def pause_by_itself(*, store_id: int, key: str, why: str, now: datetime) -> None:
    """Pause the flow without anybody having asked; the audit log says why."""
    with transaction.atomic(), store_scope(store_id):
        store = Store.objects.get(pk=store_id)
        flow = switch_flow(store=store, key=key, to=Flow.Status.PAUSED, why=why, now=now)
        write_down(
            store_id=store_id,
            actor="engine",
            action="flow.pause",
            subject=f"flow:{flow.pk}",
            detail={"why": why},
            now=now,
        )
