"""A guide's public page: steps with pictures, video, files, and whether it helped."""

import uuid
from pathlib import PurePath

from django import forms
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from core.caller import caller
from engagement.guides.models import Guide, GuideFile
from engagement.guides.operations.answer_guide import TooManyAnswers, answer_guide
from engagement.guides.policies import read_content
from engagement.portal.visit import Visit, page, portal_page, spoken


class AnswerForm(forms.Form):
    helped = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    missing = forms.CharField(required=False, max_length=1000)


@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
def guide(request: HttpRequest, visit: Visit, public_id: uuid.UUID) -> HttpResponse:
    """What was published last. Printed codes lead here for ever: before there is a page of ours, on to
    the shop's own. Only a POST says anything: whoever merely opens links answers nothing.
    """
    row: Guide = get_object_or_404(Guide.objects.select_related("live"), public_id=public_id)
    if row.live is None:
        if not row.url:
            raise Http404
        return HttpResponseRedirect(row.url)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    status, wait = 200, 0
    if request.method == "POST":
        if form.is_valid():
            try:
                answer_guide(
                    version=row.live,
                    helped=form.cleaned_data["helped"] == "yes",
                    missing=form.cleaned_data["missing"],
                    customer=visit.customer,
                    language=visit.language,
                    network=caller(request),
                    now=visit.now,
                    machine_now=visit.machine_now,
                )
            except TooManyAnswers as many:
                status, wait = 429, many.seconds
            else:
                here = reverse("portal:guide", args=[visit.store.slug, public_id])
                return HttpResponseRedirect(f"{here}?thanks={form.cleaned_data['helped']}#helped")
        else:
            status = 422
    response = page(
        request,
        visit,
        "guide.html",
        status=status,
        read=read_content(row.live.content, languages=[visit.language, *spoken(visit.store)]),
        guide=row,
        thanks=request.GET.get("thanks", ""),
        is_wrong=status == 422,
        is_too_much=status == 429,
        missing=form.data.get("missing", "")[:1000] if status != 200 else "",
    )
    if wait:
        response["Retry-After"] = str(wait)
    return response


@portal_page
@require_safe
def guide_file(
    request: HttpRequest, visit: Visit, public_id: uuid.UUID, file_id: uuid.UUID
) -> HttpResponse:
    """A file of the published version, as a download."""
    row: Guide = get_object_or_404(
        Guide.objects.select_related("live"), public_id=public_id, live__isnull=False
    )
    listed = {file["public_id"] for file in row.live.content["files"]}  # type: ignore[union-attr]
    if str(file_id) not in listed:
        raise Http404
    file = get_object_or_404(GuideFile, guide=row, public_id=file_id).file
    name = PurePath(file.name or "").name
    answer = FileResponse(file.open("rb"), as_attachment=True, filename=name)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer  # type: ignore[return-value]
