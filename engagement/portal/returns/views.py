"""Send something back: what, why and for what, how. Three pages and nothing kept before the last."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_http_methods

from core.files.pictures import PictureRefused, take_picture
from engagement.portal.orders.views import own_order
from engagement.portal.returns import pages
from engagement.portal.returns.draft import (
    Draft,
    before_reasons,
    chosen,
    quantity_of,
    read_draft,
    wanted_of,
)
from engagement.portal.visit import Visit, leads_back, page, portal_page, set_cookie
from orders.models import Order, Return, Variant
from orders.operations.ask_return import ReturnNotOffered, ask_return, pick
from orders.returns.offer import ReturnOffer
from orders.returns.quote import outcomes_of, quote, ways_of
from orders.returns.read import offer_of, variants_for

MOST_PHOTOS = 5
BACK_LASTS = 15 * 60


def to_the_door(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Who is not in logs in, and is led back here."""
    response = HttpResponseRedirect(reverse("portal:door", args=[visit.store.slug]))
    if leads_back(visit, request.path):
        set_cookie(response, kind="next", store=visit.store, value=request.path, lasts=BACK_LASTS)
    return response


@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
def wizard(request: HttpRequest, visit: Visit, public_id: uuid.UUID) -> HttpResponse:
    """One address; the button that was pressed (`go`) says which page comes next."""
    if visit.session is None:
        return to_the_door(request, visit)
    order = own_order(visit, public_id)
    language = visit.language_for(customer=order.customer, order=order)
    with translation.override(language):
        offer = offer_of(order=order, now=visit.now)
        draft = read_draft(posted=request.POST, order=order, offer=offer)
        if known := Return.objects.filter(order=order, once=draft.once).first():
            return _to(visit, known)  # the same form once more, or from another tab
        steps = _Steps(request, visit, order, offer, draft, language)
        go = request.POST.get("go", "") if request.method == "POST" else ""
        if go in ("why", "way", "send"):
            return {"why": steps.why, "way": steps.way, "send": steps.send}[go]()
        return steps.what()


def _to(visit: Visit, asked: Return) -> HttpResponse:
    return HttpResponseRedirect(
        reverse("portal:return", args=[visit.store.slug, asked.public_id]), status=303
    )


class _Steps:
    """The pages of one request. Each checks the one before it, and shows that again where it lacks."""

    def __init__(
        self,
        request: HttpRequest,
        visit: Visit,
        order: Order,
        offer: ReturnOffer,
        draft: Draft,
        language: str,
    ) -> None:
        self.request, self.visit, self.order = request, visit, order
        self.offer, self.draft, self.language = offer, draft, language

    def what(self, problems: Sequence[tuple[str, str]] = ()) -> HttpResponse:
        items = [
            pages.item_shown(item=item, order=self.order, draft=self.draft)
            for item in self.offer.items
        ]
        return self._page("what", problems, items=items, without=("take",))

    def why(self) -> HttpResponse:
        if problems := self._what_lacks():
            return self.what(problems)
        return self._why()

    def _why(self, problems: Sequence[tuple[str, str]] = ()) -> HttpResponse:
        picked = before_reasons(draft=self.draft, order=self.order, offer=self.offer)
        variants = self._variants()
        lines = [
            pages.line_asked(
                one=one,
                name=name,
                order=self.order,
                draft=self.draft,
                variants=variants[one.item.line.pk],
                language=self.language,
            )
            for (name, _item), one in zip(self._chosen(), picked, strict=True)
        ]
        outcomes = pages.outcomes_shown(picked=picked, variants=variants, draft=self.draft)
        return self._page("why", problems, lines=lines, outcomes=outcomes, without=("why",))

    def way(self) -> HttpResponse:
        if problems := self._what_lacks():
            return self.what(problems)
        if problems := self._why_lacks():
            return self._why(problems)
        return self._way()

    def _way(self, problems: Sequence[tuple[str, str]] = ()) -> HttpResponse:
        picked = pick(offer=self.offer, wanted=self._wanted(), outcome=self.draft.outcome)
        told = quote(picked=picked, outcome=self.draft.outcome)
        ways = pages.ways_shown(ways=ways_of(picked), draft=self.draft)
        return self._page("way", problems, quote=told, picked=picked, ways=ways, without=("way",))

    def send(self) -> HttpResponse:
        if problems := self._what_lacks():
            return self.what(problems)
        if problems := self._why_lacks():
            return self._why(problems)
        try:
            photos = taken_pictures(self.request.FILES.getlist("photos"))
            asked = ask_return(
                order=self.order,
                wanted=self._wanted(),
                outcome=self.draft.outcome,
                way=self.draft.way,
                note=self.draft.note,
                photos=photos,
                once=self.draft.once,
                now=self.visit.now,
            )
        except PictureRefused as refused:
            return self._way([("photos", refused.why)])
        except ReturnNotOffered as no:
            if no.reason in ("way", "photo_needed", "too_many"):
                return self._way([("photos" if no.reason != "way" else "way", no.reason)])
            return self.what([("", no.reason)])  # taken meanwhile, or by another tab
        return _to(self.visit, asked)

    def _chosen(self) -> list[tuple[str, Any]]:
        return chosen(draft=self.draft, order=self.order, offer=self.offer)

    def _variants(self) -> dict[int, list[Variant]]:
        return {item.line.pk: variants_for(line=item.line) for _name, item in self._chosen()}

    def _wanted(self) -> Any:
        variants = self._variants() if self.draft.outcome == "exchange" else {}
        return wanted_of(draft=self.draft, order=self.order, offer=self.offer, variants=variants)

    def _what_lacks(self) -> list[tuple[str, str]]:
        found = [
            (f"quantity-{name}", "quantity")
            for name, item in self._chosen()
            if quantity_of(draft=self.draft, name=name, item=item) is None
        ]
        return found or ([] if self._chosen() else [("", "nothing_wanted")])

    def _why_lacks(self) -> list[tuple[str, str]]:
        picked = before_reasons(draft=self.draft, order=self.order, offer=self.offer)
        if self.draft.outcome not in outcomes_of(picked):
            return [("outcome", "outcome")]
        try:
            pick(offer=self.offer, wanted=self._wanted(), outcome=self.draft.outcome)
        except ReturnNotOffered as no:
            names = {item.line.pk: name for name, item in self._chosen()}
            field = {"reason_needed": "reason", "variant_needed": "instead"}.get(no.reason, "")
            return [(f"{field}-{names.get(no.line_id or 0, '')}" if field else "", no.reason)]
        return []

    def _page(
        self,
        step: str,
        problems: Sequence[tuple[str, str]],
        *,
        without: Sequence[str],
        **more: object,
    ) -> HttpResponse:
        return page(
            self.request,
            self.visit,
            "return_wizard.html",
            status=422 if problems else 200,
            language=self.language,
            order=self.order,
            offer=self.offer,
            step=step,
            number=("what", "why", "way").index(step) + 1,
            draft=self.draft,
            hidden=self.draft.hidden(without=without),
            problems=[(field, pages.problem(why)) for field, why in problems],
            most_photos=MOST_PHOTOS,
            **more,
        )


def taken_pictures(files: Sequence[UploadedFile]) -> list[ContentFile]:
    """Each photo written anew. Raises `PictureRefused`, and `ReturnNotOffered` for too many."""
    if len(files) > MOST_PHOTOS:
        raise ReturnNotOffered("too_many")
    made = []
    for number, file in enumerate(files, start=1):
        picture = take_picture(file=file)
        picture.name = f"{uuid.uuid4().hex}-{number}.jpg"
        made.append(picture)
    return made
