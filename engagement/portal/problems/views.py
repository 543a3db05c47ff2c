"""Report a problem with an order; it goes to the shop's people, and a mail says that it has arrived."""

import secrets
import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_http_methods

from core.caller import caller
from engagement.portal.orders.views import own_order
from engagement.portal.problems.form import ProblemForm
from engagement.portal.visit import Visit, for_customers, page, portal_page
from orders.models import Order, OrderLine
from support.models import Problem
from support.operations.report_problem import TooManyReports, count_report, report_problem


@portal_page
@for_customers
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, visit: Visit, public_id: uuid.UUID) -> HttpResponse:
    """The form, and once it is sent: that it has arrived."""
    order = own_order(visit, public_id)
    language = visit.language_for(customer=order.customer, order=order)
    with translation.override(language):
        if request.method != "POST":
            return _form(request, visit, order, language)
        try:
            count_report(order=order, network=caller(request))
        except TooManyReports as wait:
            minutes = max(1, round(wait.seconds / 60))
            answer = page(request, visit, "too_many.html", status=429, minutes=minutes)
            answer["Retry-After"] = str(wait.seconds)
            return answer
        form = ProblemForm(request.POST, request.FILES, bought=_bought(order))
        if not form.is_valid():
            return _form(request, visit, order, language, form, status=422)
    said = form.cleaned_data
    report_problem(
        order=order,
        kind=said["kind"],
        line_ids=[int(pk) for pk in said["lines"]],
        text=said["text"],
        photos=said["photos"],
        once=said["once"],
        now=visit.now,
    )
    return HttpResponseRedirect(
        reverse("portal:problem", args=[visit.store.slug, order.public_id]) + "?sent=1"
    )


def _bought(order: Order) -> list[OrderLine]:
    return list(OrderLine.objects.filter(order=order).order_by("position", "pk"))


def _form(
    request: HttpRequest,
    visit: Visit,
    order: Order,
    language: str,
    form: ProblemForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    sent = "sent" in request.GET and Problem.objects.filter(order=order).exists()
    fresh = ProblemForm(initial={"once": secrets.token_hex(16)}, bought=_bought(order))
    return page(
        request,
        visit,
        "problem.html",
        status=status,
        language=language,
        order=order,
        form=form or fresh,
        sent=sent,
    )
