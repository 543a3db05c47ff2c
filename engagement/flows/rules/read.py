"""Read what the checks need for a batch of messages of one store: a fixed number of queries.

What no message of the batch can need is not asked for: order news alone takes five.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Max

from core.secrets import decrypt
from core.stores.models import Store
from engagement.flows.models import Campaign
from engagement.flows.named import NamedRows, read_named
from engagement.flows.outsiders import addresses_of
from engagement.flows.planning.entry import LiveFlow, live_flows
from engagement.flows.planning.purchases import Bought, asked_products, purchases
from engagement.flows.rules.answered import answered_products
from engagement.flows.rules.unsettled import unsettled_customers
from engagement.messages.models import Message
from engagement.preferences.policies import Person
from engagement.preferences.queries import people as people_known
from engagement.preferences.queries import suppressed
from orders.models import (
    Claim,
    Customer,
    Fulfillment,
    Guarantee,
    Order,
    OrderLine,
    PrivacyRequest,
    Refund,
    Return,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The rows around a batch, by id."""

    store: Store
    flows: dict[str, LiveFlow]
    customers: dict[int, Customer]
    orders: dict[int, Order]
    parcels: dict[int, list[Fulfillment]] = field(default_factory=dict)
    lines: dict[int, list[OrderLine]] = field(default_factory=dict)
    refunds: dict[int, Refund] = field(default_factory=dict)
    claims: dict[int, Claim] = field(default_factory=dict)
    guarantees: dict[int, Guarantee] = field(default_factory=dict)
    returns: dict[int, Return] = field(default_factory=dict)
    campaigns: dict[int, Campaign] = field(default_factory=dict)
    named: NamedRows = field(default_factory=NamedRows)
    before: dict[tuple[str, str, str, str], Message] = field(default_factory=dict)
    bought: Bought = field(default_factory=dict)
    asked: dict[int, dict[int, set[int]]] = field(default_factory=dict)
    answered: dict[int, set[int]] = field(default_factory=dict)
    unsettled: dict[int, str] = field(default_factory=dict)
    reach: dict[str, str] = field(default_factory=dict)
    receipts: dict[int, str] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    last_marketing: dict[int, datetime] = field(default_factory=dict)


def read_known(*, messages: Sequence[Message], now: datetime) -> Known:
    """Everything the checks read, for messages of one store, inside its scope."""
    store = Store.objects.get(pk=messages[0].store_id)
    found = live_flows(
        store_id=store.pk, keys={message.flow for message in messages}, with_off=True
    )
    flows = {flow.row.key: flow for flow in found}
    customers = Customer.objects.in_bulk({m.customer_id for m in messages if m.customer_id})
    orders = Order.objects.in_bulk({m.order_id for m in messages if m.order_id})
    marketing = [message for message in messages if message.is_marketing]
    people = {message.customer_id for message in marketing if message.customer_id is not None}
    sold = {message.order_id for message in marketing if message.order_id is not None}
    lines = _lines(sold)
    known = people_known(customer_ids=people, store=store, now=now) if people else {}
    receipts = _receipts(messages)
    emails = {address for row in customers.values() if (address := row.email)} | {
        address for order in orders.values() if (address := order.email)
    }
    claims = _claims(messages)
    emails |= set(receipts.values())
    emails |= {address for claim in claims.values() for address in addresses_of(claim, store)}
    return Known(
        store=store,
        flows=flows,
        customers=customers,
        orders=orders,
        parcels=_parcels([m for m in messages if _needs_parcels(m, flows)]),
        lines=lines,
        refunds=_refunds(messages),
        claims=claims,
        guarantees=_guarantees(messages),
        returns=_returns(messages),
        campaigns=_campaigns(messages),
        named=read_named(messages),
        before=_steps_before(messages, flows),
        bought=_bought(marketing, flows),
        asked=asked_products(customer_ids=people)
        if any(_is_request(m, flows) for m in marketing)
        else {},
        answered=answered_products(order_ids=sold),
        unsettled=unsettled_customers(
            customer_ids={m.customer_id for m in marketing if m.customer_id and _waits(m, flows)},
            now=now,
        ),
        reach=dict(suppressed(emails=emails)) if emails else {},
        receipts=receipts,
        people=known,
        last_marketing=_last_marketing([pk for pk, one in known.items() if one.wants_fewer]),
    )


def _lines(order_ids: Collection[int]) -> dict[int, list[OrderLine]]:
    grouped: dict[int, list[OrderLine]] = defaultdict(list)
    if order_ids:
        for line in OrderLine.objects.filter(order_id__in=order_ids).select_related(
            "product__category", "variant"
        ):
            grouped[line.order_id].append(line)
    return grouped


def _needs_parcels(message: Message, flows: dict[str, LiveFlow]) -> bool:
    flow = flows.get(message.flow)
    return flow is not None and bool(
        flow.definition.subject == "fulfillment"
        or flow.definition.overtaken_by
        or flow.definition.counts_from == "arrival"
    )


def _parcels(messages: Sequence[Message]) -> dict[int, list[Fulfillment]]:
    grouped: dict[int, list[Fulfillment]] = defaultdict(list)
    order_ids = {message.order_id for message in messages if message.order_id is not None}
    if order_ids:
        for parcel in Fulfillment.objects.filter(order_id__in=order_ids).order_by("pk"):
            grouped[parcel.order_id].append(parcel)
    return grouped


def _refunds(messages: Sequence[Message]) -> dict[int, Refund]:
    ids = {m.facts["refund"] for m in messages if m.facts.get("refund") is not None}
    return Refund.objects.in_bulk(ids) if ids else {}


def _claims(messages: Sequence[Message]) -> dict[int, Claim]:
    ids = {m.facts["claim"] for m in messages if m.facts.get("claim") is not None}
    rows = Claim.objects.select_related("guarantee", "party")
    return rows.in_bulk(ids) if ids else {}


def _guarantees(messages: Sequence[Message]) -> dict[int, Guarantee]:
    ids = {m.facts["guarantee"]["id"] for m in messages if m.facts.get("guarantee") is not None}
    return Guarantee.objects.in_bulk(ids) if ids else {}


def _returns(messages: Sequence[Message]) -> dict[int, Return]:
    ids = {m.facts["returned"]["id"] for m in messages if m.facts.get("returned")}
    if not ids:
        return {}
    rows = Return.objects.prefetch_related("lines__order_line__product", "paybacks")
    return rows.in_bulk(ids)


def _campaigns(messages: Sequence[Message]) -> dict[int, Campaign]:
    ids = {m.facts["campaign"] for m in messages if m.facts.get("campaign") is not None}
    return Campaign.objects.select_related("product").in_bulk(ids) if ids else {}


def _receipts(messages: Sequence[Message]) -> dict[int, str]:
    """Where the last mail to somebody erased goes, by the demand. No query where there is none."""
    ids = {
        m.facts["privacy"] for m in messages if m.flow == "erasure_done" and m.facts.get("privacy")
    }
    if not ids:
        return {}
    sealed = PrivacyRequest.objects.filter(pk__in=ids).values_list("pk", "receipt_sealed")
    return {pk: decrypt(text) for pk, text in sealed if text}


def _steps_before(
    messages: Sequence[Message], flows: dict[str, LiveFlow]
) -> dict[tuple[str, str, str, str], Message]:
    """The messages that steps of this batch follow, by flow, step, subject and occurrence."""
    following = []
    for message in messages:
        flow = flows.get(message.flow)
        step = flow.definition.step(message.step) if flow else None
        if step is not None and step.follows:
            following.append((message, step.follows))
    if not following:
        return {}
    rows = Message.objects.filter(
        flow__in={message.flow for message, _ in following},
        step__in={before for _, before in following},
        subject__in={message.subject for message, _ in following},
    )
    return {(row.flow, row.step, row.subject, row.occurrence): row for row in rows}


def _bought(marketing: Sequence[Message], flows: dict[str, LiveFlow]) -> Bought:
    per_product = [
        message
        for message in marketing
        if (flow := flows.get(message.flow)) and flow.definition.one_per == "product"
    ]
    return purchases(
        customer_ids={m.customer_id for m in per_product if m.customer_id is not None},
        product_ids={pk for message in per_product for pk in message.facts.get("products", ())},
    )


def _is_request(message: Message, flows: dict[str, LiveFlow]) -> bool:
    """Whether it asks about an order's products, once for the order."""
    flow = flows.get(message.flow)
    return (
        flow is not None
        and flow.definition.counts_from == "arrival"
        and flow.definition.one_per == "subject"
    )


def _waits(message: Message, flows: dict[str, LiveFlow]) -> bool:
    flow = flows.get(message.flow)
    return flow is not None and flow.definition.waits_for_peace


def _last_marketing(sparing: Collection[int]) -> dict[int, datetime]:
    """When those who want fewer mails got their last marketing."""
    if not sparing:
        return {}
    rows = Message.objects.filter(
        customer_id__in=sparing,
        message_class=Message.Class.MARKETING,
        status__in=Message.IN_THE_AIR_OR_SENT,
        handed_at__isnull=False,
    )
    return dict(rows.values_list("customer_id").annotate(Max("handed_at")).order_by())
