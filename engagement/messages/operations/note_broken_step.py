"""Notice when it is the step that is broken, not the one order."""

from datetime import datetime

from django.db import transaction

from engagement.messages.events import StepFailing
from engagement.messages.limits import Limits
from engagement.messages.models import Message, Reason
from engagement.messages.operations.tell import tell

LOOKED_AT = 500


def note_broken_step(*, message: Message, limits: Limits, now: datetime) -> bool:
    """Record `message.step_failing` once `limits.step_failures` mails of a step failed in a row.

    Looks at the flow's last mails up to `message`, which has just failed. Told once per step and
    planned version; pausing the step is the flows' business. `now` is the store's time.
    """
    # Along the index of a flow by due date: mails leave in that order, and no step's whole past is read.
    lately = (
        Message.objects.filter(flow=message.flow, due_at__lte=message.due_at)
        .order_by("-due_at")
        .values_list("step", "status", "ended_at", "pk", "reason")[:LOOKED_AT]
    )
    ended = sorted(
        (ended_at, pk, reason)
        for step, status, ended_at, pk, reason in lately
        if step == message.step and ended_at is not None and status != Message.Status.SKIPPED
    )
    reasons = [reason for _, _, reason in ended[-limits.step_failures :]]
    if len(reasons) < limits.step_failures or set(reasons) != {Reason.TEMPLATE_ERROR}:
        return False
    with transaction.atomic():
        return bool(
            tell(
                news=StepFailing(
                    message_id=message.pk,
                    flow=message.flow,
                    step=message.step,
                    failures=len(reasons),
                ),
                message=message,
                key=f"{message.flow}:{message.step}:{message.planned_version}:{now:%Y-%m-%d}",
                now=now,
            )
        )
