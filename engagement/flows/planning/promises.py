"""From a start to promises: one per step, with its time, its guards and, if it is over, why."""

from datetime import datetime, timedelta

from engagement.flows.definition import Step
from engagement.flows.planning.due import row_expiry, wait_over
from engagement.flows.planning.entry import Entry, LiveFlow
from engagement.flows.planning.start import Start
from engagement.flows.policies import is_held_out, news_verdict
from engagement.messages.models import Lane, Reason
from engagement.messages.operations.plan_messages import Promise


def promises_of(
    *, entry: Entry, flow: LiveFlow, start: Start, not_before: datetime | None = None
) -> list[Promise]:
    """What is promised by one start; empty when the news must not start anything.

    `not_before` is for backfills: the merchant wants these people written to although their news
    is old, from that moment on.
    """
    dues: dict[str, datetime] = {}
    made: list[Promise] = []
    for step in flow.definition.steps:
        if start.steps and step.key not in start.steps:
            continue
        due_at = wait_over(
            wait=step.wait,
            anchor_at=dues.get(step.follows, start.anchor_at),
            setting_days=start.setting_days,
            zone=entry.zone,
        )
        if held_back := not_before or start.not_before:
            due_at = max(due_at, held_back)
        dues[step.key] = due_at
        verdict = "plan" if not_before else _verdict(entry, flow, step, due_at)
        # An estimate burns nothing: better news of the same goods may still come in time.
        if verdict == "ignore" or (verdict == "burn" and start.is_estimate):
            continue
        ended = _over_already(entry, flow, start, is_stale=verdict == "burn")
        made.append(_promise(entry, flow, start, step, due_at, ended, not_before))
    return made


def _verdict(entry: Entry, flow: LiveFlow, step: Step, due_at: datetime) -> str:
    return news_verdict(
        origin=entry.event.origin,
        occurred_at=entry.event.occurred_at,
        activated_at=flow.row.starts_from,
        due_at=due_at,
        grace=timedelta(hours=step.grace_hours),
        now=entry.now,
    )


def _promise(
    entry: Entry,
    flow: LiveFlow,
    start: Start,
    step: Step,
    due_at: datetime,
    ended: tuple[str, str] | None,
    not_before: datetime | None,
) -> Promise:
    definition = flow.definition
    facts = dict(start.facts)
    if held_back := not_before or start.not_before:
        facts["not_before"] = held_back.isoformat()
    return Promise(
        customer_id=entry.customer.pk if entry.customer else None,
        order_id=entry.order.pk if entry.order else None,
        event_id=entry.event.id or None,
        flow=definition.key,
        step=step.key,
        subject=start.subject,
        occurrence=start.occurrence,
        message_class=definition.message_class,
        template=step.template,
        facts=facts,
        anchor_at=start.anchor_at,
        planned_version=flow.number,
        due_at=due_at,
        expires_at=row_expiry(flow=definition, step=step, due_at=due_at),
        lane=Lane.MARKETING if definition.is_marketing else Lane.TRANSACTIONAL,
        ended=ended,
    )


def _over_already(
    entry: Entry, flow: LiveFlow, start: Start, *, is_stale: bool
) -> tuple[str, str] | None:
    """Why the message ends before it begins, or None. Most telling reason first."""
    order, customer, marketing = entry.order, entry.customer, flow.definition.is_marketing
    if order is not None and order.is_test and not entry.store.is_demo:
        return (Reason.TEST_ORDER, "")
    if marketing and order is not None and order.is_gift:
        return (Reason.GIFT, "")
    if start.ended is not None:
        return start.ended
    if is_stale:
        age = entry.now - entry.event.occurred_at
        return (Reason.STALE, f"The news was {age.days} days {age.seconds // 3600} hours old.")
    if (
        marketing
        and customer is not None
        and is_held_out(
            salt=entry.store.flow_salt,
            flow=flow.definition.key,
            customer_id=customer.pk,
            holdout_bp=flow.row.holdout_bp,
        )
    ):
        return (Reason.HELD_OUT, "")
    return None
