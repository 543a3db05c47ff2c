"""Several changes of one order before any was told become one mail."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db.models import Q

from engagement.flows.planning.entry import Entry, LiveFlow
from engagement.flows.planning.start import Start
from engagement.messages.models import Message, Outbox, Reason
from engagement.messages.operations.end_messages import end_messages
from orders.models import Customer

TOGETHER = "Told together with a later change."


def merge_changes(*, entry: Entry, flow: LiveFlow, start: Start) -> Start:
    """`start` telling also what earlier, untold mails of the same subject would have told.

    Those are ended as overtaken. Where a later one is planned already, that one tells of `start`
    as well. News told twice merges nothing: its own mail is left alone. Holds the customer, so that
    of two workers one sees what the other has planned, and nothing read here is handed over before
    this transaction ends.
    """
    if entry.customer is not None:
        list(Customer.objects.select_for_update(no_key=True).filter(pk=entry.customer.pk))
    same = Q(flow=flow.definition.key, subject=start.subject)
    if Message.objects.filter(same, occurrence=start.occurrence).exists():
        return start
    planned = Message.objects.filter(same, status=Message.Status.PLANNED)
    untold = list(planned.order_by("anchor_at", "id"))
    later = [message for message in untold if message.anchor_at > start.anchor_at]
    if later:
        _tell_also(message=later[-1], changes=start.facts["changes"])
        return replace(start, ended=(Reason.OVERTAKEN, TOGETHER))
    if not untold:
        return start
    end_messages(
        store_id=entry.store.pk,
        where=Q(pk__in=[message.pk for message in untold]),
        reason=Reason.OVERTAKEN,
        detail=TOGETHER,
        now=entry.now,
    )
    changes = _joined(
        *(message.facts.get("changes", ()) for message in untold), start.facts["changes"]
    )
    return replace(start, facts={**start.facts, "changes": changes})


def _tell_also(*, message: Message, changes: Sequence[str]) -> None:
    """A planned mail tells of an earlier change too; a worker that has read it reads it again."""
    row = Outbox.objects.select_for_update().filter(pk=message.pk)
    if row.filter(state=Outbox.State.CLAIMED).exists():
        row.update(state=Outbox.State.PLANNED, token="", lease_until=None)
    message.facts = {**message.facts, "changes": _joined(changes, message.facts["changes"])}
    message.save(update_fields=["facts"])


def _joined(*changes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(change for its in changes for change in its))
