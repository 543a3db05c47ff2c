"""The data that mails are written from, for a batch: at most three queries whatever its size."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engagement.flows.case import Case
from engagement.flows.context.campaign import tell_campaign
from engagement.flows.context.data_rights import tell_data_rights
from engagement.flows.context.links import confirmation_of, links_of, login_of
from engagement.flows.context.named import name_them
from engagement.flows.context.order import order_data, parcel_data, refund_data
from engagement.flows.context.returned import return_data
from engagement.flows.context.shop import customer_data, store_data, thanks_data
from engagement.flows.context.warranty import claim_data, guarantee_data
from engagement.messages.rendering.context import (
    DelayData,
    MailContext,
    ProductData,
    StoreData,
)
from orders.models import Fulfillment, FulfillmentLine, OrderLine


@dataclass(frozen=True, slots=True)
class Goods:
    """What lies in the orders and parcels of a batch."""

    lines: Mapping[int, list[OrderLine]] = field(default_factory=dict)
    contents: Mapping[int, list[FulfillmentLine]] = field(default_factory=dict)


def contexts_of(*, cases: Sequence[Case]) -> dict[int, dict[str, Any]]:
    """A `MailContext` by message id. All cases are of one store, inside its scope."""
    goods = _read_goods(cases)
    store = store_data(cases[0].store) if cases else None
    return {
        case.message.pk: dict(context_of(case=case, goods=goods, store=store)) for case in cases
    }


def context_of(*, case: Case, goods: Goods, store: StoreData | None = None) -> MailContext:
    """Everything the mail of one case may speak of; `store` where its data is known already."""
    order, facts = case.order, case.message.facts
    lines = goods.lines.get(order.pk, []) if order is not None else []
    context: MailContext = {
        "store": store or store_data(case.store),
        "customer": customer_data(customer=case.customer, order=order),
        "zone": case.zone.key,
        "links": links_of(case),
    }
    if order is not None:
        context["order"] = order_data(store=case.store, order=order, lines=lines)
        if case.parcel is not None:
            context["fulfillment"] = parcel_data(
                parcel=case.parcel, order=order, contents=goods.contents.get(case.parcel.pk, [])
            )
    if case.refund is not None:
        context["refund"] = refund_data(refund=case.refund, lines=lines)
    if case.returned is not None and order is not None:
        context["returned"] = return_data(case=case, asked=case.returned)
    if "changes" in facts:
        context["changes"] = list(facts["changes"])
    if "change" in facts:
        context["change"] = facts["change"]
    if case.claim is not None:
        context["claim"] = claim_data(case=case, claim=case.claim)
    if case.guarantee is not None:
        context["guarantee"] = guarantee_data(case=case, guarantee=case.guarantee)
    if "cause" in facts:
        context["delay"] = _delay(case)
    if "occasion" in facts:
        context["occasion"] = facts["occasion"]
    if case.message.flow == "login_link":
        context["link"], context["code"] = login_of(case)
    if case.message.flow == "preference_confirmation":
        context["link"] = confirmation_of(case)
    tell_data_rights(context, case=case)
    if case.products:
        context["products"] = _products(case.products, lines)
    if case.campaign is not None:
        tell_campaign(context, campaign=case.campaign)
    name_them(context, named=case.named, store=case.store)
    if thanks := thanks_data(store=case.store, template=case.message.template):
        context["thanks"] = thanks
    return context


def _read_goods(cases: Sequence[Case]) -> Goods:
    order_ids = {case.order.pk for case in cases if case.order is not None}
    parcel_ids = {case.parcel.pk for case in cases if case.parcel is not None}
    return Goods(lines=_lines(order_ids), contents=_contents(parcel_ids))


def _lines(order_ids: Collection[int]) -> dict[int, list[OrderLine]]:
    grouped: dict[int, list[OrderLine]] = defaultdict(list)
    if order_ids:
        for line in OrderLine.objects.filter(order_id__in=order_ids).select_related(
            "product", "variant"
        ):
            grouped[line.order_id].append(line)
    return grouped


def _contents(parcel_ids: Collection[int]) -> dict[int, list[FulfillmentLine]]:
    grouped: dict[int, list[FulfillmentLine]] = defaultdict(list)
    if parcel_ids:
        for row in (
            FulfillmentLine.objects.filter(fulfillment_id__in=parcel_ids)
            .select_related("order_line__product")
            .order_by("order_line__position", "pk")
        ):
            grouped[row.fulfillment_id].append(row)
    return grouped


def _delay(case: Case) -> DelayData:
    """Why it is late and, when the carrier says, when it will come."""
    estimates = [
        parcel.estimated_at
        for parcel in case.parcels
        if parcel.estimated_at is not None
        and parcel.estimated_at > case.now
        and parcel.status not in (Fulfillment.Status.DELIVERED, Fulfillment.Status.CANCELED)
    ]
    promised_at = case.order.promised_at if case.order is not None else None
    today = case.now.astimezone(case.zone).date()
    return {
        "cause": case.message.facts["cause"],
        "promised_at": promised_at,
        "new_estimate": max(estimates) if estimates else None,
        "is_over": promised_at is None or promised_at.astimezone(case.zone).date() < today,
    }


def _products(named: Sequence[int], lines: Sequence[OrderLine]) -> list[ProductData]:
    """The products the mail names, as bought; each once, in the order they were planned."""
    by_product: dict[int, OrderLine] = {}
    for line in lines:
        if line.product_id is not None:
            by_product.setdefault(line.product_id, line)
    return [_product(by_product[pk]) for pk in named if pk in by_product]


def _product(line: OrderLine) -> ProductData:
    product = line.product
    url = product.url if product else ""
    return {
        "title": line.title or (product.title if product else ""),
        "variant_title": line.variant_title,
        "image_url": line.image_url or (product.image_url if product else ""),
        "url": url,
        "review_url": url,
    }
