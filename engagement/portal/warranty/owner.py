"""A guarantee's page for its owner, behind a link: until when it lasts, claim it, see how that goes."""

import uuid
from datetime import timedelta

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_safe

from core.limits.take import take
from engagement.portal.visit import Visit, page, portal_page
from engagement.portal.warranty.forms import ClaimForm
from engagement.portal.warranty.words import OUTCOMES, STATES, STEPS, WHY_NOT
from orders.models import Claim, ClaimPhoto, Guarantee
from orders.operations.answer_claim import TooLate, withdraw_claim
from orders.operations.open_claim import NoClaim, open_claim, why_no_claim
from orders.warranty.law import law_of
from orders.warranty.links import read_warranty_token
from orders.warranty.own_terms import own_terms, terms_for

CLAIMS_A_DAY = 5  # of one piece; who opens and withdraws more often is no owner in need
DAY = timedelta(days=1)


@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
def guarantee(request: HttpRequest, visit: Visit, token: str) -> HttpResponse:
    """All of it on one page. Only a POST opens or takes back a claim."""
    row = opened(visit, token)
    language = visit.language_for(
        customer=row.customer, order=row.order_line.order if row.order_line else None
    )
    today = visit.now.astimezone(visit.store.zone).date()
    with translation.override(language):
        if request.method != "POST":
            return _page(request, visit, row, language, ClaimForm())
        if request.POST.get("withdraw"):
            _withdraw(row, request.POST["withdraw"], visit)
            return HttpResponseRedirect(f"{request.path}#claims")
        if why_no_claim(guarantee=row, today=today) is not None:
            return _page(request, visit, row, language, ClaimForm(), status=409)
        if wait := take(
            name=f"claim:{visit.store.pk}",
            who=str(row.pk),
            limit=CLAIMS_A_DAY,
            window=DAY,
            now=visit.machine_now,
        ):
            answer = page(request, visit, "too_many.html", status=429, minutes=wait // 60 + 1)
            answer["Retry-After"] = str(wait)
            return answer
        form = ClaimForm(request.POST, request.FILES)
        if not form.is_valid():
            return _page(request, visit, row, language, form, status=422)
        try:
            open_claim(
                guarantee=row,
                what=form.cleaned_data["what"],
                photos=form.cleaned_data["photos"],
                today=today,
                now=visit.now,
            )
        except NoClaim:
            return _page(request, visit, row, language, form, status=409)
    return HttpResponseRedirect(f"{request.path}#claims")


@portal_page
@require_safe
def owners_picture(
    request: HttpRequest, visit: Visit, token: str, public_id: uuid.UUID
) -> HttpResponse:
    """A picture of a claim of this guarantee."""
    row = opened(visit, token)
    return picture(get_object_or_404(ClaimPhoto, claim__guarantee=row, public_id=public_id))


def opened(visit: Visit, token: str) -> Guarantee:
    """The guarantee behind a link; 404 for what opens nothing (any more)."""
    link = read_warranty_token(purpose="guarantee", token=token)
    if link is None or link.store_id != visit.store.pk:
        raise Http404
    row: Guarantee = get_object_or_404(
        Guarantee.objects.select_related("customer", "product", "order_line__order"),
        pk=link.row_id,
        link_epoch=link.epoch,
    )
    if row.customer is not None and row.customer.erased_at is not None:
        raise Http404
    return row


def picture(photo: ClaimPhoto) -> HttpResponse:
    """The picture, shown in the page; it is a JPEG of our own writing."""
    answer = FileResponse(photo.file.open("rb"), content_type="image/jpeg")
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Disposition"] = "inline"
    return answer  # type: ignore[return-value]


def _withdraw(row: Guarantee, public_id: str, visit: Visit) -> None:
    try:
        claim = row.claims.filter(public_id=uuid.UUID(public_id)).first()
    except ValueError:
        return
    if claim is not None:
        try:
            withdraw_claim(claim=claim, now=visit.now)
        except TooLate:
            return  # the page says how it stands


def _page(
    request: HttpRequest,
    visit: Visit,
    row: Guarantee,
    language: str,
    form: ClaimForm,
    *,
    status: int = 200,
) -> HttpResponse:
    today = visit.now.astimezone(visit.store.zone).date()
    why = why_no_claim(guarantee=row, today=today)
    law = law_of(row.country) if row.law_until else None
    terms = terms_for(terms=own_terms(), product=row.product)
    claims = row.claims.order_by("-opened_at", "-pk").prefetch_related("photos", "steps")
    return page(
        request,
        visit,
        "guarantee.html",
        status=status,
        language=language,
        guarantee=row,
        law=law,
        covers=_covers(terms.covers if terms else {}, language),
        why_not=WHY_NOT[why] if why else "",
        form=form if why is None else None,
        claims=[_claim(one) for one in claims[:20]],
    )


def _covers(texts: dict[str, str], language: str) -> str:
    return texts.get(language) or texts.get("en") or ""


def _claim(one: Claim) -> dict[str, object]:
    return {
        "row": one,
        "state": STATES[one.status],
        "outcome": OUTCOMES.get(one.outcome, ""),
        "is_open": one.status in Claim.OPEN,
        "photos": list(one.photos.all()),
        "steps": [(STEPS[step.kind], step.at) for step in one.steps.all() if step.kind in STEPS],
    }
