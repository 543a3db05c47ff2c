"""Notice when it is the step that is broken, not the one order."""

from datetime import datetime

from django.db import transaction

from engagement.messages.events import StepFailing
from engagement.messages.limits import Limits
from engagement.messages.models import Message, Reason
from engagement.messages.operations.tell import tell


def note_broken_step(*, message: Message, limits: Limits, now: datetime) -> bool:
    """Record `message.step_failing` once `limits.step_failures` mails of a step failed in a row.

    Told once per step and planned version; pausing the step is the flows' business. `now` is the
    store's time.
    """
    latest = (
        Message.objects.filter(flow=message.flow, step=message.step, ended_at__isnull=False)
        .exclude(status=Message.Status.SKIPPED)
        .order_by("-ended_at", "-pk")
        .values_list("reason", flat=True)[: limits.step_failures]
    )
    reasons = list(latest)
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
