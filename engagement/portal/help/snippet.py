"""The returns policy for the shop's product pages: HTML made here, no script, no cookie, nobody counted."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.portal.help.policy import policy_in
from engagement.portal.visit import spoken

KEPT = "public, max-age=300"


def _for_shops(template: str) -> Callable[..., HttpResponse]:
    @require_safe
    def shown(request: HttpRequest, slug: str) -> HttpResponse:
        store = get_object_or_404(Store, slug=slug)
        language = _language(request, store)
        with store_scope(store.pk), translation.override(language):
            context = {
                "store": store,
                "language": language,
                "zone": store.time_zone,
                "site": settings.SITE_URL,
                "policy": policy_in(store=store, language=language),
            }
            response = render(request, f"widget/{template}", context)
        response["Cache-Control"] = KEPT
        response["Content-Language"] = language
        patch_vary_headers(response, ["Accept-Language"])
        return response

    return shown


def _language(request: HttpRequest, store: Store) -> str:
    """``?lang=``, else what the browser asks for, else the store's."""
    known = spoken(store)
    picked = request.GET.get("lang", "")
    wanted = picked or translation.get_language_from_request(request)[:2]
    return wanted if wanted in known else store.default_language


def _for_anybody(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What the shop's own script fetches may come from any site: it is public, and carries no cookie."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **names: Any) -> HttpResponse:
        response = view(request, *args, **names)
        response["Access-Control-Allow-Origin"] = "*"
        return response

    return shown


#: A whole small page, for an `<iframe>` on whatever site.
framed = xframe_options_exempt(csp_replace({"frame-ancestors": ["*"]})(_for_shops("returns.html")))
#: Its inside alone, for shops that put it into their own page on their server.
fragment = _for_anybody(_for_shops("returns_fragment.html"))
