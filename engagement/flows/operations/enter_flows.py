"""Start every flow that an event starts: write its mails into the customer's calendar."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from core.events.event import Event
from engagement.flows.catalog import started_by
from engagement.flows.definition import Definition
from engagement.flows.models import Flow
from engagement.flows.operations.merge_changes import TOLD_TOGETHER, merge_changes
from engagement.flows.operations.move_planned import move_planned
from engagement.flows.planning.after_arrival import (
    plan_cross_sell,
    plan_guide,
    plan_thanks,
    plan_tips,
)
from engagement.flows.planning.entry import Entry, LiveFlow, live_flows, read_entry
from engagement.flows.planning.occasion import plan_occasion
from engagement.flows.planning.order_news import plan_order_news
from engagement.flows.planning.promises import promises_of
from engagement.flows.planning.replenish import plan_replenishment
from engagement.flows.planning.review import plan_review
from engagement.flows.planning.start import Planner, Start
from engagement.flows.planning.win_back import plan_win_back
from engagement.flows.policies import meets
from engagement.messages.models import Message, Outbox
from engagement.messages.operations.plan_messages import plan_messages

# Flows with a planner of their own; occasions and order news share theirs.
PLANNERS: Mapping[str, Planner] = {
    "review_request": plan_review,
    "replenishment": plan_replenishment,
    "thank_you": plan_thanks,
    "guide_on_arrival": plan_guide,
    "care_tips": plan_tips,
    "cross_sell": plan_cross_sell,
    "win_back": plan_win_back,
}


def enter_flows(*, event: Event, now: datetime) -> list[Message]:
    """Promise the mails of every flow that starts on `event`; the new messages.

    Inside the store's scope and a transaction. Told twice it promises nothing new; told late it
    keeps to the guards of `policies.news_verdict`. Goods that arrive move what was planned by
    estimate.
    """
    keys = started_by(event.name)
    if not keys or event.origin == "import":
        return []
    flows = [
        flow
        for flow in live_flows(store_id=event.store_id, keys=keys)
        if event.occurred_at >= flow.row.starts_from
    ]
    if not flows:
        return []
    entry = read_entry(event=event, flows=flows, now=now)
    begun = [
        (flow, _starts(entry=entry, flow=flow))
        for flow in flows
        if meets(conditions=flow.definition.conditions, facts=entry.facts)
    ]
    new = plan_messages(
        store_id=entry.store.pk,
        promises=[
            promise
            for flow, starts in begun
            for start in starts
            for promise in promises_of(entry=entry, flow=flow, start=start)
        ],
        now=now,
    )
    for flow, starts in begun:
        if flow.definition.counts_from == "arrival":
            move_planned(entry=entry, flow=flow, starts=starts, apart_from=[row.pk for row in new])
    _into_the_pause(flows=flows, new=new)
    return new


def _starts(*, entry: Entry, flow: LiveFlow) -> list[Start]:
    if flow.definition.is_marketing and entry.customer is None:
        return []  # nobody whose consent could be known
    return [
        merge_changes(entry=entry, flow=flow, start=start, told=told)
        if (told := next((name for name in TOLD_TOGETHER if name in start.facts), ""))
        else start
        for start in planner_of(flow.definition)(entry, flow)
    ]


def _into_the_pause(*, flows: Sequence[LiveFlow], new: Sequence[Message]) -> None:
    """What a paused flow plans waits in its pause."""
    paused = {flow.row.key for flow in flows if flow.row.status == Flow.Status.PAUSED}
    if ids := [message.pk for message in new if message.flow in paused]:
        Outbox.objects.filter(pk__in=ids, state=Outbox.State.PLANNED).update(
            state=Outbox.State.PAUSED
        )


def planner_of(definition: Definition) -> Planner:
    """Who works out the starts of this flow."""
    if (own := PLANNERS.get(definition.key)) is not None:
        return own
    return plan_occasion if definition.counts_from == "occasion" else plan_order_news
