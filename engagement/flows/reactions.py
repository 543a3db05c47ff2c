"""What flows do when something happened: start, stop, follow."""

from datetime import datetime

from core.events.event import Event
from core.events.wiring import reaction
from core.stores.models import Store
from engagement.flows.operations.enter_flows import enter_flows
from engagement.flows.operations.follow_merge import follow_customer_merge
from engagement.flows.operations.plan_campaign import plan_slice
from engagement.flows.operations.stop_flows import stop_flows, stop_reordered, stop_topic
from engagement.flows.operations.switch_flow import pause_failing_flow


@reaction()
def enter(*, event: Event, now: datetime) -> None:
    """Plan the mails of every flow that this event starts."""
    enter_flows(event=event, now=now)


@reaction()
def stop(*, event: Event, now: datetime) -> None:
    """End planned mails that this event made pointless."""
    stop_flows(event=event, now=now)


@reaction(needs=["order_id", "customer_id"])
def stop_on_reorder(*, event: Event, now: datetime) -> None:
    """End replenishment reminders for what has just been bought again."""
    stop_reordered(event=event, now=now)


@reaction(needs=["flow", "step", "failures"])
def pause_failing(*, event: Event, now: datetime) -> None:
    """Pause a flow whose mail cannot be written: the rest waits until somebody has mended it."""
    payload = event.payload
    pause_failing_flow(
        store_id=event.store_id,
        key=payload["flow"],
        step=payload["step"],
        failures=payload["failures"],
        now=now,
    )


@reaction(needs=["customer_id", "merged_customer_id"], imports=True)
def follow_merge(*, event: Event, now: datetime) -> None:
    """Carry planned mails over to the customer who remains."""
    follow_customer_merge(
        store_id=event.store_id,
        remaining_id=event.payload["customer_id"],
        merged_id=event.payload["merged_customer_id"],
        now=now,
    )


@reaction(needs=["customer_id", "topic"])
def leave_topic(*, event: Event, now: datetime) -> None:
    """End the planned mails of who wants no more of a topic. MARK would refuse them anyway."""
    stop_topic(
        store_id=event.store_id,
        customer_id=event.payload["customer_id"],
        topic=event.payload["topic"],
        now=now,
    )


@reaction(needs=["campaign_id"])
def plan_campaign(*, event: Event, now: datetime) -> None:
    """Plan the first of a campaign's mails; the chore of that name goes on."""
    store = Store.objects.get(pk=event.store_id)
    plan_slice(campaign_id=event.payload["campaign_id"], store=store, now=now)
