"""A claim's page for the outside party that holds it: what it needs to mend, and nothing of the person."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_safe

from engagement.portal.visit import Visit, page, portal_page
from engagement.portal.warranty.forms import AnswerForm
from engagement.portal.warranty.owner import picture
from engagement.portal.warranty.words import OUTCOMES
from orders.models import Claim, ClaimPhoto
from orders.operations.answer_claim import TooLate, accept_claim, refuse_claim, settle_claim
from orders.warranty.links import read_warranty_token


@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
def party(request: HttpRequest, visit: Visit, token: str) -> HttpResponse:
    """Looking answers nothing. A link of who held it before opens nothing."""
    claim = opened(visit, token)
    language = visit.language if visit.chosen else claim.party.language  # type: ignore[union-attr]
    with translation.override(language):
        form = AnswerForm(request.POST if request.method == "POST" else None)
        status = 200
        if request.method == "POST":
            if not form.is_valid():
                status = 422
            else:
                try:
                    _answer(claim, form, visit)
                except TooLate:
                    status = 409
                else:
                    return HttpResponseRedirect(request.path)
        return page(
            request,
            visit,
            "claim_party.html",
            status=status,
            language=language,
            claim=claim,
            guarantee=claim.guarantee,
            photos=list(claim.photos.all()),
            address=_address(claim),
            outcome=OUTCOMES.get(claim.outcome, ""),
            is_open=claim.status in Claim.OPEN,
            came_too_late=status == 409,
            form=form,
        )


@portal_page
@require_safe
def partys_picture(
    request: HttpRequest, visit: Visit, token: str, public_id: uuid.UUID
) -> HttpResponse:
    """A picture of this claim."""
    claim = opened(visit, token)
    return picture(get_object_or_404(ClaimPhoto, claim=claim, public_id=public_id))


def opened(visit: Visit, token: str) -> Claim:
    """The claim behind a party's link; 404 once another holds it."""
    link = read_warranty_token(purpose="claim party", token=token)
    if link is None or link.store_id != visit.store.pk or not link.party_id:
        raise Http404
    return get_object_or_404(  # type: ignore[no-any-return]
        Claim.objects.select_related("party", "guarantee__order_line__order"),
        pk=link.row_id,
        link_epoch=link.epoch,
        party_id=link.party_id,
    )


def _answer(claim: Claim, form: AnswerForm, visit: Visit) -> None:
    by = str(claim.party)
    answer = form.cleaned_data["answer"]
    if answer == "accept":
        accept_claim(claim=claim, by=by, epoch=claim.link_epoch, now=visit.now)
    elif answer == "refuse":
        reason = form.cleaned_data["reason"]
        refuse_claim(claim=claim, reason=reason, by=by, epoch=claim.link_epoch, now=visit.now)
    else:
        today = visit.now.astimezone(visit.store.zone).date()
        settle_claim(
            claim=claim,
            outcome=answer,
            by=by,
            today=today,
            epoch=claim.link_epoch,
            now=visit.now,
        )


def _address(claim: Claim) -> dict[str, str]:
    """Where the goods are, for who has to fetch them; nothing for anybody else, nor afterwards."""
    party, line = claim.party, claim.guarantee.order_line
    if party is None or not party.needs_address or claim.status not in Claim.OPEN or line is None:
        return {}
    known = line.order.shipping_address or {}
    names = ("name", "company", "street", "street2", "postcode", "city", "country", "phone")
    return {name: str(known[name]) for name in names if known.get(name)}
