"""Register a thing that was bought elsewhere. Its code on the box leads here."""

import uuid
from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from core.caller import caller
from core.limits.take import take
from engagement.portal.visit import Visit, page, portal_page
from engagement.portal.warranty.forms import RegisterForm
from orders.models import Product
from orders.operations.register_guarantee import (
    KnownAlready,
    NothingPromised,
    register_guarantee,
)
from orders.warranty.links import guarantee_token
from orders.warranty.own_terms import own_terms, terms_for

TRIES_AN_HOUR = 10  # serial numbers must not be found out by trying
HOUR = timedelta(hours=1)


@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, visit: Visit, public_id: uuid.UUID) -> HttpResponse:
    """Offered only for what the shop promises something for."""
    product: Product = get_object_or_404(Product, public_id=public_id, deleted_at__isnull=True)
    terms = terms_for(terms=own_terms(), product=product)
    if terms is None or not terms.months:
        raise Http404
    today = visit.now.astimezone(visit.store.zone).date()
    form = RegisterForm(request.POST if request.method == "POST" else None, today=today)
    status, is_known = 200, False
    if request.method == "POST":
        if wait := take(
            name=f"register:{visit.store.pk}",
            who=caller(request),
            limit=TRIES_AN_HOUR,
            window=HOUR,
            now=visit.machine_now,
        ):
            answer = page(request, visit, "too_many.html", status=429, minutes=wait // 60 + 1)
            answer["Retry-After"] = str(wait)
            return answer
        if form.is_valid():
            try:
                made = register_guarantee(
                    store=visit.store,
                    product=product,
                    serial=form.cleaned_data["serial"],
                    bought_on=form.cleaned_data["bought_on"],
                    country="",
                    email=form.cleaned_data["email"],
                    now=visit.now,
                )
            except KnownAlready:
                status, is_known = 409, True
            except NothingPromised as nothing:
                raise Http404 from nothing
            else:
                return HttpResponseRedirect(
                    f"/portal/{visit.store.slug}/warranty/{guarantee_token(made)}/"
                )
        else:
            status = 422
    return page(
        request,
        visit,
        "guarantee_register.html",
        status=status,
        product=product,
        months=terms.months,
        form=form,
        is_known=is_known,
    )
