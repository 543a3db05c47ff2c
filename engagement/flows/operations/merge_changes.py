"""Several changes of one order, or several papers, before any was told become one mail."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Q

from engagement.flows.planning.entry import Entry, LiveFlow
from engagement.flows.planning.start import Start
from engagement.messages.models import Message, Outbox, Reason
from engagement.messages.operations.end_messages import end_messages
from orders.models import Customer

TOGETHER = "Told together with what came later."
TOLD_TOGETHER = ("changes", "documents")
"""Facts that are lists, of which one mail may tell several."""


def merge_changes(*, entry: Entry, flow: LiveFlow, start: Start, told: str) -> Start:
    """`start` telling also what earlier, untold mails of the same subject would have told.

    `told` is the fact that lists it. Those are ended as overtaken; papers go when the first of them
    was to go, changes when the last of them was made. Where a later one is planned already, that one
    tells of `start` as well. News told twice merges nothing: its own mail is left alone. Holds the
    customer, so that of two workers one sees what the other has planned, and nothing read here is
    handed over before this transaction ends.
    """
    if entry.customer is not None:
        list(Customer.objects.select_for_update(no_key=True).filter(pk=entry.customer.pk))
    steps = [step.key for step in flow.definition.steps]  # as the unique key begins
    same = Q(flow=flow.definition.key, step__in=steps, subject=start.subject)
    if Message.objects.filter(same, occurrence=start.occurrence).exists():
        return start
    planned = Message.objects.filter(same, status=Message.Status.PLANNED)
    untold = list(planned.order_by("anchor_at", "id"))
    later = [message for message in untold if message.anchor_at > start.anchor_at]
    if later:
        _tell_also(message=later[-1], told=told, more=start.facts[told])
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
    everything = _joined(*(message.facts.get(told, ()) for message in untold), start.facts[told])
    first = untold[0].anchor_at if told == "documents" else start.anchor_at
    return replace(start, anchor_at=first, facts={**start.facts, told: everything})


def _tell_also(*, message: Message, told: str, more: Sequence[Any]) -> None:
    """A planned mail tells of something earlier too; a worker that has read it reads it again."""
    row = Outbox.objects.select_for_update().filter(pk=message.pk)
    if row.filter(state=Outbox.State.CLAIMED).exists():
        row.update(state=Outbox.State.PLANNED, token="", lease_until=None)
    message.facts = {**message.facts, told: _joined(more, message.facts[told])}
    message.save(update_fields=["facts"])


def _joined(*told: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(one for its in told for one in its))
