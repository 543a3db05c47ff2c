"""Several changes of one order before any was told become one mail."""

from dataclasses import replace

from django.db.models import Q

from engagement.flows.planning.entry import Entry, LiveFlow
from engagement.flows.planning.start import Start
from engagement.messages.models import Message, Reason
from engagement.messages.operations.end_messages import end_messages


def merge_changes(*, entry: Entry, flow: LiveFlow, start: Start) -> Start:
    """`start` telling also what earlier, untold mails of the same subject would have told.

    Those are ended as overtaken. News told twice merges nothing: its own mail is left alone.
    """
    same = Q(flow=flow.definition.key, subject=start.subject)
    if Message.objects.filter(same, occurrence=start.occurrence).exists():
        return start
    untold = list(
        Message.objects.filter(
            same, status=Message.Status.PLANNED, anchor_at__lte=start.anchor_at
        ).order_by("anchor_at", "id")
    )
    if not untold:
        return start
    end_messages(
        store_id=entry.store.pk,
        where=Q(pk__in=[message.pk for message in untold]),
        reason=Reason.OVERTAKEN,
        detail="Told together with a later change.",
        now=entry.now,
    )
    changes = [change for message in untold for change in message.facts.get("changes", ())]
    changes += start.facts["changes"]
    return replace(start, facts={**start.facts, "changes": list(dict.fromkeys(changes))})
