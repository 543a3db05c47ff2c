"""Switch a flow on, off, or let it pause."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from core.audit.write import write_down
from core.stores.models import Store
from core.stores.scope import store_scope
from core.wake import wake_on_commit
from engagement.flows.definition import Definition
from engagement.flows.models import Flow
from engagement.messages.models import Message, Outbox, Reason
from engagement.messages.operations.end_messages import end_messages


def switch_flow(*, store: Store, key: str, to: Flow.Status, why: str = "", now: datetime) -> Flow:
    """Bring the flow to status `to`; the flow.

    Off ends what is planned (`flow_off`). A pause keeps it, and new mails are planned into the
    pause; `why` is shown to the merchant. On again after a pause sends what is still worth it:
    mails overdue beyond their step's grace end as `too_late`, so that nothing bursts. On after off
    starts afresh: what happened in between starts nothing. Raises `Flow.DoesNotExist`.
    """
    with transaction.atomic(), store_scope(store.pk):
        flow = Flow.objects.select_for_update().get(key=key)
        before, flow.status = flow.status, to
        flow.paused_reason = why[:200] if to == Flow.Status.PAUSED else ""
        if to == Flow.Status.ON and before == Flow.Status.OFF:
            flow.activated_at = now
        flow.save()
        match to:
            case Flow.Status.OFF:
                end_messages(store_id=store.pk, where=Q(flow=key), reason=Reason.FLOW_OFF, now=now)
            case Flow.Status.PAUSED:
                _move(key=key, state=Outbox.State.PLANNED, to=Outbox.State.PAUSED)
            case Flow.Status.ON:
                _resume(store=store, flow=flow, now=now)
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


def _move(*, key: str, state: Outbox.State, to: Outbox.State) -> None:
    """All of the flow's rows in `state`, locked in id order like everybody else locks them."""
    rows = (
        Outbox.objects.filter(message__in=Message.objects.filter(flow=key), state=state)
        .order_by("pk")
        .select_for_update()
        .values("pk")
    )
    Outbox.objects.filter(pk__in=rows).update(state=to)


def _resume(*, store: Store, flow: Flow, now: datetime) -> None:
    definition = Definition.from_json(flow.versions.get(number=flow.current_version).definition)
    for step in definition.steps:
        end_messages(
            store_id=store.pk,
            where=Q(
                flow=flow.key,
                step=step.key,
                outbox__state=Outbox.State.PAUSED,
                outbox__due_at__lt=now - timedelta(hours=step.grace_hours),
            ),
            reason=Reason.TOO_LATE,
            detail="Its time passed while the flow was paused.",
            now=now,
        )
    _move(key=flow.key, state=Outbox.State.PAUSED, to=Outbox.State.PLANNED)
    wake_on_commit("outbox")
