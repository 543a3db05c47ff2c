"""Your data: a copy of everything, and the way to have it erased; with the links of both mails."""

from datetime import datetime

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_safe

from engagement.portal.visit import Visit, for_customers, page, portal_page
from orders.credit import has_credit
from orders.models import Customer, PrivacyRequest
from orders.operations.ask_erasure import GRACE, ask_erasure
from orders.operations.ask_export import ask_export
from orders.operations.call_off_erasure import call_off_erasure
from orders.privacy_links import read_demand_token

Kind = PrivacyRequest.Kind
READ = ["GET", "HEAD", "POST"]


@portal_page
@for_customers
@require_safe
def overview(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What can be asked for, and how what was asked for fares."""
    return page(
        request,
        visit,
        "data.html",
        here="data",
        has_credit=has_credit(customer_id=_customer(visit).pk),
        copy=_open(visit, Kind.EXPORT_CUSTOMER),
        erasure=_open(visit, Kind.ERASE_CUSTOMER),
    )


@portal_page
@for_customers
@require_http_methods(READ)
def copy(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Ask for a copy. Needs a fresh login."""
    if not visit.is_fresh:
        return _page(request, visit, "prove", status=403)
    if request.method != "POST":
        return _page(request, visit, "copy")
    ask_export(customer=_customer(visit), now=visit.now)
    return _back(visit)


@portal_page
@for_customers
@require_http_methods(READ)
def erase(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Ask to be erased, knowing what goes and what stays; or think better of it. Needs a fresh login,
    but for thinking better of it."""
    if request.method == "POST" and "keep" in request.POST:
        call_off_erasure(customer=_customer(visit), now=visit.now)
        return _back(visit)
    if not visit.is_fresh:
        return _page(request, visit, "prove", status=403)
    if request.method != "POST":
        return _page(request, visit, "erase")
    if "sure" not in request.POST:
        return _page(request, visit, "erase", status=422, not_sure=True)
    ask_erasure(customer=_customer(visit), now=visit.now)
    return _back(visit)


@portal_page
@require_http_methods(READ)
def fetch(request: HttpRequest, visit: Visit, token: str) -> HttpResponse:
    """The copy behind the link in a mail. Looking hands nothing over: mail scanners look (A2)."""
    demand = read_demand_token(store=visit.store, token=token, deed="copy")
    if demand is None:
        raise Http404
    language = visit.language_for(customer=demand.customer)
    if not is_there(demand, visit.now):
        return _linked(request, visit, language, "gone", status=410)
    if request.method != "POST":
        return _linked(request, visit, language, "fetch", until=demand.file_until)
    return as_download(demand)


@portal_page
@require_http_methods(READ)
def keep(request: HttpRequest, visit: Visit, token: str) -> HttpResponse:
    """Think better of an erasure by the link in its mail, without logging in."""
    demand = read_demand_token(store=visit.store, token=token, deed="keep")
    if demand is None or demand.kind != Kind.ERASE_CUSTOMER:
        raise Http404
    language = visit.language_for(customer=demand.customer)
    if request.method == "POST" and demand.is_open and demand.customer is not None:
        call_off_erasure(customer=demand.customer, now=visit.now)
        demand.refresh_from_db()
    if demand.called_off_at is not None:
        return _linked(request, visit, language, "kept")
    if not demand.is_open:
        return _linked(request, visit, language, "over", status=410)
    return _linked(request, visit, language, "keep", until=demand.starts_at)


def is_there(demand: PrivacyRequest, now: datetime) -> bool:
    """Whether the file of this copy can still be had."""
    return bool(demand.file) and demand.file_until is not None and demand.file_until > now


def as_download(demand: PrivacyRequest) -> HttpResponse:
    """The file, kept by nobody on the way."""
    name = f"data-{demand.received_at:%Y-%m-%d}.zip"
    answer = FileResponse(demand.file.open("rb"), as_attachment=True, filename=name)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer  # type: ignore[return-value]


def _customer(visit: Visit) -> Customer:
    return visit.customer  # type: ignore[return-value]  # see for_customers


def _open(visit: Visit, kind: str) -> PrivacyRequest | None:
    return PrivacyRequest.objects.filter(
        customer=visit.customer,
        kind=kind,
        source=PrivacyRequest.PORTAL,
        done_at=None,
        called_off_at=None,
    ).first()


def _back(visit: Visit) -> HttpResponse:
    return HttpResponseRedirect(reverse("portal:data", args=[visit.store.slug]) + "#asked")


def _page(
    request: HttpRequest, visit: Visit, step: str, *, status: int = 200, **more: object
) -> HttpResponse:
    return page(
        request,
        visit,
        "data_step.html",
        status=status,
        step=step,
        back_here=request.path,
        until=visit.now + GRACE,
        **more,
    )


def _linked(
    request: HttpRequest,
    visit: Visit,
    language: str,
    step: str,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    with translation.override(language):
        return page(
            request, visit, "data_link.html", status=status, language=language, step=step, **more
        )
