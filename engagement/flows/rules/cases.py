"""Put a case together per message, from rows read beforehand. No queries here."""

from collections.abc import Sequence
from datetime import datetime

from engagement.flows.case import NOBODY, Case
from engagement.flows.planning.purchases import is_bought_again
from engagement.flows.rules.around import Around
from engagement.flows.rules.read import Known
from engagement.messages.models import Message
from engagement.messages.timing import BadWindows, Windows, read_windows


def cases_of(*, messages: Sequence[Message], known: Known, now: datetime) -> list[Case]:
    """One case per message, in their order."""
    windows = _windows(known.store.send_windows)
    return [_case(around=Around(message, known), now=now, windows=windows) for message in messages]


def _case(*, around: Around, now: datetime, windows: Windows | None) -> Case:
    message, known, order = around.message, around.known, around.order
    flow = known.flows.get(message.flow)
    return Case(
        message=message,
        store=known.store,
        now=now,
        zone=around.zone,
        flow=flow.row if flow else None,
        definition=around.definition,
        step=around.step,
        due_at=around.due_at,
        customer=around.customer,
        order=order,
        lines=around.lines,
        parcels=around.parcels,
        parcel=around.parcel,
        refund=known.refunds.get(message.facts.get("refund", 0)),
        claim=around.claim,
        guarantee=known.guarantees.get(message.facts.get("guarantee", {}).get("id", 0)),
        returned=known.returns.get(message.facts.get("returned", {}).get("id", 0)),
        before=around.before,
        named=known.named.of(message),
        campaign=known.campaigns.get(message.facts.get("campaign", 0)),
        products=around.products,
        is_bought_again=order is not None and is_bought_again(order=order, purchases=around.bought),
        unsettled=around.unsettled,
        email=around.email,
        reach=known.reach.get(around.email, ""),
        person=known.people.get(message.customer_id or 0, NOBODY),
        last_marketing_at=known.last_marketing.get(message.customer_id or 0),
        windows=windows,
    )


def _windows(raw: Sequence[Sequence[object]]) -> Windows | None:
    try:
        return read_windows(raw)
    except BadWindows:
        return None
