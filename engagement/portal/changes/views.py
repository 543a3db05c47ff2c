"""Ask to cancel or change an order: say what, see it once more, and press."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_http_methods

from engagement.portal.changes.forms import FORMS, ChangeForm
from engagement.portal.changes.words import (
    ASK_TO_CANCEL,
    AT_ONCE,
    GO,
    LOOKED_AT,
    PATHS,
    TITLES,
    WHY_NOT,
)
from engagement.portal.orders.views import own_order
from engagement.portal.visit import Visit, for_customers, page, portal_page
from orders.models import Order
from orders.operations.ask_change import NotOffered, ask_change
from orders.self_service.case import Reason
from orders.self_service.judge import Ruling
from orders.self_service.read import rulings_of


@portal_page
@for_customers
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, visit: Visit, public_id: uuid.UUID, what: str) -> HttpResponse:
    """Fields first, then the same once more to look at, then it is asked for. Needs a fresh login."""
    kind = PATHS.get(what)
    if kind is None:
        raise Http404
    order = own_order(visit, public_id)
    language = visit.language_for(customer=order.customer, order=order)
    with translation.override(language):
        if not visit.is_fresh:
            return _page(request, visit, order, kind, language, "prove", status=403)
        ruling = rulings_of(order=order, now=visit.now)[kind]
        if ruling.reason is not None:
            return _not_offered(request, visit, order, kind, language, ruling.reason)
        form = FORMS[kind](request.POST if request.method == "POST" else None, order=order)
        if request.method != "POST" or "back" in request.POST:
            return _form(request, visit, order, kind, language, form, ruling)
        if not form.is_valid():
            return _form(request, visit, order, kind, language, form, ruling, status=422)
        if kind != "cancel" and "sure" not in request.POST:
            return _form(request, visit, order, kind, language, form, ruling, step="sure")
        try:
            ask_change(order=order, kind=kind, wanted=form.wanted, why=form.said, now=visit.now)
        except NotOffered as no:
            return _not_offered(request, visit, order, kind, language, no.reason)
    return HttpResponseRedirect(
        reverse("portal:order", args=[visit.store.slug, order.public_id]) + "#asked"
    )


def _form(
    request: HttpRequest,
    visit: Visit,
    order: Order,
    kind: str,
    language: str,
    form: ChangeForm,
    ruling: Ruling,
    *,
    step: str = "fill",
    status: int = 200,
) -> HttpResponse:
    what_next = AT_ONCE[kind] if ruling.at_once else LOOKED_AT
    return _page(
        request,
        visit,
        order,
        kind,
        language,
        step,
        status=status,
        form=form,
        go=GO[kind] if ruling.at_once or kind != "cancel" else ASK_TO_CANCEL,
        what_next=what_next,
        until=ruling.deadline,
    )


def _not_offered(
    request: HttpRequest, visit: Visit, order: Order, kind: str, language: str, reason: Reason
) -> HttpResponse:
    why, instead = WHY_NOT[reason]
    return _page(request, visit, order, kind, language, "no", status=409, why=why, instead=instead)


def _page(
    request: HttpRequest,
    visit: Visit,
    order: Order,
    kind: str,
    language: str,
    step: str,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    return page(
        request,
        visit,
        "change.html",
        status=status,
        language=language,
        order=order,
        kind=kind,
        step=step,
        title=TITLES[kind],
        here=request.path,
        **more,
    )
