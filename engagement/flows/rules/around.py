"""One message among the rows read for its batch: look-ups only, no queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from engagement.flows.definition import Definition, Step
from engagement.flows.outsiders import OUTSIDE, address_of
from engagement.flows.planning.arrival import arrival_of
from engagement.flows.planning.due import step_due, wait_over, zone_of
from engagement.flows.planning.purchases import units_kept
from engagement.flows.planning.replenish import default_days
from engagement.flows.planning.review import is_reviewable, review_days
from engagement.flows.planning.rhythm import Purchase, interval_days
from engagement.flows.rules.read import Known
from engagement.messages.models import Message
from engagement.messages.timing import start_of_local_day
from orders.models import Claim, Customer, Fulfillment, Order, OrderLine


@dataclass(frozen=True)
class Around:
    """What of `known` concerns `message`."""

    message: Message
    known: Known

    @cached_property
    def definition(self) -> Definition | None:
        flow = self.known.flows.get(self.message.flow)
        return flow.definition if flow else None

    @cached_property
    def step(self) -> Step | None:
        return self.definition.step(self.message.step) if self.definition else None

    @cached_property
    def customer(self) -> Customer | None:
        return self.known.customers.get(self.message.customer_id or 0)

    @cached_property
    def order(self) -> Order | None:
        return self.known.orders.get(self.message.order_id or 0)

    @cached_property
    def lines(self) -> Sequence[OrderLine]:
        return self.known.lines.get(self.message.order_id or 0, [])

    @cached_property
    def parcels(self) -> Sequence[Fulfillment]:
        return self.known.parcels.get(self.message.order_id or 0, [])

    @cached_property
    def parcel(self) -> Fulfillment | None:
        """The parcel that the mail is about."""
        wanted = self.message.facts.get("fulfillment")
        return next((parcel for parcel in self.parcels if parcel.pk == wanted), None)

    @cached_property
    def zone(self) -> ZoneInfo:
        return zone_of(customer=self.customer, store_zone=self.known.store.time_zone)

    @cached_property
    def email(self) -> str:
        """The customer's address, else the order's; of mails to outsiders, theirs; of the last
        mail to somebody erased, its receipt's."""
        if receipt := self.known.receipts.get(self.message.facts.get("privacy", 0)):
            return receipt
        if self.message.flow in OUTSIDE:
            return address_of(
                flow=self.message.flow,
                claim=self.claim,
                party_id=self.message.facts.get("party"),
                store=self.known.store,
            )
        own = self.customer.email if self.customer else ""
        return own or (self.order.email if self.order else "") or ""

    @cached_property
    def claim(self) -> Claim | None:
        """The claim that it is about."""
        return self.known.claims.get(self.message.facts.get("claim", 0))

    @cached_property
    def before(self) -> Message | None:
        """The message of the step that this one follows."""
        if self.step is None or not self.step.follows:
            return None
        message = self.message
        key = (message.flow, self.step.follows, message.subject, message.occurrence)
        return self.known.before.get(key)

    @cached_property
    def named(self) -> list[int]:
        """The products it was planned for."""
        return list(self.message.facts.get("products", ()))

    @cached_property
    def is_per_product(self) -> bool:
        return self.definition is not None and self.definition.one_per == "product"

    @cached_property
    def bought(self) -> Sequence[Purchase]:
        """The customer's purchases of the one product it is about."""
        if not self.named or not self.is_per_product:
            return ()
        return self.known.bought.get((self.message.customer_id or 0, self.named[0]), ())

    @cached_property
    def products(self) -> list[int]:
        """Of the products it was planned for, those still worth naming."""
        if self.is_per_product:
            kept = {line.product_id for line in self.lines if units_kept(line) > 0}
            return [pk for pk in self.named if pk in kept]
        reviewable = {line.product_id for line in self.lines if is_reviewable(line)}
        return [pk for pk in self.named if pk in reviewable and pk not in self._asked_or_answered]

    @cached_property
    def _asked_or_answered(self) -> set[int]:
        """By earlier requests, other than the one a reminder follows; or reviewed already."""
        done = set(self.known.answered.get(self.message.order_id or 0, ()))
        own = self.before.pk if self.before is not None else 0
        for pk, products in self.known.asked.get(self.message.customer_id or 0, {}).items():
            if pk < self.message.pk and pk != own:
                done |= products
        return done

    @cached_property
    def due_at(self) -> datetime:
        """The due time by the anchor and the flow as they are now."""
        if self.definition is None or self.step is None:
            return self.message.due_at
        days = self._setting_days
        if days is None and any(step.wait.setting for step in self.definition.steps):
            return self.message.due_at  # the interval is not known any more; as it was planned
        if self.before is not None and self.before.handed_at is not None:
            due = wait_over(
                wait=self.step.wait,
                anchor_at=self.before.handed_at,
                setting_days=days,
                zone=self.zone,
            )
        else:
            due = step_due(
                flow=self.definition,
                step=self.step,
                anchor_at=self._anchor_at,
                setting_days=days,
                zone=self.zone,
            )
        not_before = self.message.facts.get("not_before")
        return max(due, datetime.fromisoformat(not_before)) if not_before else due

    @cached_property
    def _anchor_at(self) -> datetime:
        if self.definition is None:
            return self.message.anchor_at
        if self.definition.counts_from == "occasion":
            # The day is what counts; when it begins depends on zones, which move and change.
            on = self.message.facts.get("occasion", {}).get("on")
            if on is None:
                return self.message.anchor_at
            return start_of_local_day(day=date.fromisoformat(on), zone=self.zone)
        if self.order is None or self.definition.counts_from != "arrival":
            return self.message.anchor_at
        arrival = arrival_of(
            order=self.order, parcels=self.parcels, transit_days=self.known.store.transit_days
        )
        return arrival.at if arrival else self.message.anchor_at

    @cached_property
    def _setting_days(self) -> int | None:
        """Days of the flow's setting, as product, category and store have it now."""
        if self.definition is None or self.definition.counts_from != "arrival":
            return None
        about = [line for line in self.lines if line.product_id in self.named]
        if not self.is_per_product:
            return review_days(lines=about, store=self.known.store)
        product = about[0].product if about else None
        if product is None:
            return None
        return interval_days(
            default_days=default_days(product),
            purchases=self.bought,
            units=sum((units_kept(line) for line in about), Decimal(0)),
        )

    @cached_property
    def unsettled(self) -> str:
        """What the mail must wait for, if it is one that waits for peace."""
        if self.definition is None or not self.definition.waits_for_peace:
            return ""
        order = self.order
        if order is not None and order.fulfillment_status == Order.FulfillmentState.PARTIAL:
            return f"A part of order {order.number} is still to be sent."
        return self.known.unsettled.get(self.message.customer_id or 0, "")
