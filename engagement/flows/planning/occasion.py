"""Starts on a day in the customer's life: the local date that the event names."""

from datetime import date

from engagement.flows.planning.entry import Entry, LiveFlow
from engagement.flows.planning.order_news import occurrence_of
from engagement.flows.planning.start import Start
from engagement.messages.timing import start_of_local_day


def plan_occasion(entry: Entry, flow: LiveFlow) -> list[Start]:
    """One start per event, anchored at the beginning of that day where the customer lives."""
    payload = entry.event.payload
    if entry.customer is None or "on" not in payload:
        return []
    occasion = {"kind": "birthday" if "years" not in payload else "anniversary"}
    return [
        Start(
            subject=f"customer:{entry.customer.pk}",
            occurrence=occurrence_of(entry=entry, one_per=flow.definition.one_per),
            anchor_at=start_of_local_day(day=date.fromisoformat(payload["on"]), zone=entry.zone),
            facts={
                "occasion": {
                    **occasion,
                    **{name: payload[name] for name in ("on", "years") if name in payload},
                }
            },
        )
    ]
