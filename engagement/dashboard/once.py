"""The page that shows a secret, once. Not kept by browsers, not reached a second time."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse


def shown_once(
    admin: Any,
    request: HttpRequest,
    *,
    title: str,
    words: str,
    secrets: Sequence[tuple[str, str]],
) -> HttpResponse:
    """Answer a POST with the secrets themselves: a redirect would have to keep them somewhere."""
    context = {
        **admin.admin_site.each_context(request),
        "title": title,
        "words": words,
        "secrets": [pair for pair in secrets if pair[1]],
        "back": reverse(f"admin:{admin.opts.app_label}_{admin.opts.model_name}_changelist"),
        "list_name": admin.list_name,
        "opts": admin.opts,
    }
    response = TemplateResponse(request, "dashboard/shown_once.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response
