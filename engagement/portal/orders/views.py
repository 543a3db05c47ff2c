"""Orders as their buyers see them: by the link in a mail, or inside after logging in."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from pathlib import PurePath

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from engagement.portal.changes.offers import asked_of, offers_of, wishes_of
from engagement.portal.orders.read_order import ParcelView, read_order
from engagement.portal.returns.offers import back_of
from engagement.portal.visit import Visit, for_customers, page, portal_page
from engagement.portal.words import DOCUMENTS, NEWS, PARCELS, STATIONS, explanation, headline
from orders.credit import has_credit
from orders.links import Audience, order_url, read_order_token
from orders.models import Order, OrderDocument
from orders.reorder import pages_again, reorder_url

# A mail from long ago may lie in a mailbox that somebody else reads by now: what it shows without a
# fresh login is then how the parcel fares, not where people live.
YOUNG = timedelta(days=60)
ORDERS_A_PAGE = 20


@portal_page
@require_safe
def by_link(request: HttpRequest, visit: Visit, token: str) -> HttpResponse:
    """The page behind the link in a mail; for a gift's recipient without prices and addresses."""
    order, audience = opened(visit=visit, token=token)
    if audience == "recipient":
        return _gift(request, visit, order)
    return _order(request, visit, order, token=token)


@portal_page
@for_customers
@require_safe
def inside(request: HttpRequest, visit: Visit, public_id: uuid.UUID) -> HttpResponse:
    """The same page for a customer who is in."""
    return _order(request, visit, own_order(visit, public_id))


@portal_page
@for_customers
@require_safe
def every(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All orders of the customer, the newest first."""
    orders = Order.objects.filter(
        customer=visit.customer, source_updated_at__isnull=False, deleted_at__isnull=True
    ).order_by("-placed_at", "-pk")
    return page(
        request,
        visit,
        "orders.html",
        here="orders",
        has_credit=has_credit(customer_id=visit.customer.pk),  # type: ignore[union-attr]
        orders=Paginator(orders, ORDERS_A_PAGE).get_page(request.GET.get("page")),
    )


@portal_page
@require_safe
def paper_by_link(
    request: HttpRequest, visit: Visit, token: str, public_id: uuid.UUID
) -> HttpResponse:
    """A private file of the order, while its link is young or its buyer is in."""
    order, audience = opened(visit=visit, token=token)
    if audience == "recipient" or not sees_everything(visit, order):
        raise Http404
    return _paper(order, public_id)


@portal_page
@for_customers
@require_safe
def paper_inside(
    request: HttpRequest, visit: Visit, order_id: uuid.UUID, public_id: uuid.UUID
) -> HttpResponse:
    """The same for a customer who is in."""
    return _paper(own_order(visit, order_id), public_id)


def opened(*, visit: Visit, token: str) -> tuple[Order, Audience]:
    """The order behind a link and who the link was made for; 404 for what opens nothing."""
    link = read_order_token(token)
    if link is None or link.store_id != visit.store.pk:
        raise Http404
    order: Order = get_object_or_404(
        Order.objects.select_related("customer"), pk=link.order_id, link_epoch=link.epoch
    )
    if order.customer is not None and order.customer.erased_at is not None:
        raise Http404
    return order, link.audience


def own_order(visit: Visit, public_id: uuid.UUID) -> Order:
    """An order of the customer who is in; 404 for anybody else's."""
    return get_object_or_404(
        Order.objects.select_related("customer"),
        public_id=public_id,
        customer=visit.customer,
        source_updated_at__isnull=False,
    )


def sees_everything(visit: Visit, order: Order) -> bool:
    """Addresses and papers: its buyer who is in, or a link that is not old."""
    if visit.customer is not None and visit.customer.pk == order.customer_id:
        return True
    return order.placed_at > visit.now - YOUNG


def _order(request: HttpRequest, visit: Visit, order: Order, token: str = "") -> HttpResponse:
    language = visit.language_for(customer=order.customer, order=order)
    view = read_order(order=order, store=visit.store, now=visit.now)
    wishes = wishes_of(order=order)
    with translation.override(language):
        return page(
            request,
            visit,
            "order.html",
            language=language,
            zone=view.zone.key,
            view=view,
            order=order,
            headline=headline(view.answer, language=language, zone=view.zone, now=visit.now),
            explanation=explanation(view.answer),
            stations=[(station, STATIONS[station.key]) for station in view.stations],
            parcels=[_parcel(number, one) for number, one in enumerate(view.parcels, start=1)],
            offers=offers_of(
                order=order,
                store=visit.store,
                parcels=[one.row for one in view.parcels],
                wishes=wishes,
                now=visit.now,
            ),
            asked=asked_of(wishes=wishes) if sees_everything(visit, order) else [],
            back=back_of(
                order=order,
                store=visit.store,
                lines=view.lines,
                parcels=[one.row for one in view.parcels],
                token=token,
                now=visit.now,
            )
            if sees_everything(visit, order)
            else None,
            papers=_papers(visit, order, view.documents, token),
            sees_everything=sees_everything(visit, order),
            pass_on=_pass_on(visit, order),
            again=reorder_url(store=visit.store, order=order, lines=view.lines),
            again_pages=pages_again(view.lines),
        )


def _pass_on(visit: Visit, order: Order) -> str:
    """The address that the buyer of a gift hands on; empty where nothing is given or to be followed."""
    if not order.is_gift or not order.is_standing:
        return ""
    return order_url(store=visit.store, order=order, audience="recipient")


def _gift(request: HttpRequest, visit: Visit, order: Order) -> HttpResponse:
    """For whom a gift is: how its parcel fares. No name, no price, no address, no contents (A5)."""
    language = visit.language_for(customer=None, order=order)
    view = read_order(order=order, store=visit.store, now=visit.now)
    with translation.override(language):
        return page(
            request,
            visit,
            "gift.html",
            language=language,
            zone=view.zone.key,
            headline=headline(view.answer, language=language, zone=view.zone, now=visit.now),
            stations=[(station, STATIONS[station.key]) for station in view.stations],
            parcels=[_parcel(number, one) for number, one in enumerate(view.parcels, start=1)],
        )


def _parcel(number: int, one: ParcelView) -> dict[str, object]:
    return {
        "number": number,
        "row": one.row,
        "status": PARCELS[one.row.status],
        "contents": one.contents,
        "point": one.row.pickup_point or {},
        "news": [(NEWS.get(news.kind, NEWS["unknown"]), news) for news in one.news],
    }


def _papers(
    visit: Visit, order: Order, documents: Sequence[OrderDocument], token: str
) -> list[tuple[str, str, str]]:
    """Kind in words, title, and where it is: the shop's own address or our private file."""
    if not sees_everything(visit, order):
        return []
    found = []
    for paper in documents:
        if token:
            names = [visit.store.slug, token, paper.public_id]
            private = reverse("portal:paper_by_link", args=names)
        else:
            names = [visit.store.slug, order.public_id, paper.public_id]
            private = reverse("portal:paper", args=names)
        found.append((str(DOCUMENTS[paper.kind]), paper.title, paper.url or private))
    return found


def _paper(order: Order, public_id: uuid.UUID) -> HttpResponse:
    paper = get_object_or_404(OrderDocument, order=order, public_id=public_id)
    if not paper.file:
        raise Http404
    name = PurePath(paper.file.name or "").name
    answer = FileResponse(paper.file.open("rb"), as_attachment=True, filename=name)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer  # type: ignore[return-value]
