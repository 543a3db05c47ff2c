"""The page behind the button "Yes, that was me". Opening it confirms nothing; scanners open links."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core.clock import now as store_now
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.preferences.confirm_links import GOOD_FOR, read_confirm_token
from engagement.preferences.models import Consent
from engagement.preferences.operations.confirm_consent import confirm_consent, is_confirmed
from engagement.preferences.page import language_of, the_one
from engagement.preferences.policies import Basis


@csrf_exempt  # the sealed link is the proof, and carries no cookie
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """GET and HEAD show what was asked for, with a button; only POST makes it hold."""
    named = read_confirm_token(token)
    store = Store.objects.filter(pk=named[0]).first() if named else None
    if named is None or store is None:
        return _shown(request, store=None, asked=None, state="wrong", status=404)
    with store_scope(store.pk):
        asked = (
            Consent.objects.filter(pk=named[1], basis=Basis.PENDING)
            .select_related("customer__merged_into")
            .first()
        )
        if asked is None or the_one(asked.customer).erased_at is not None:
            return _shown(request, store=store, asked=None, state="wrong", status=404)
        now = store_now(store)
        if is_confirmed(asked=asked):
            return _shown(request, store=store, asked=asked, state="done")
        if now - asked.stated_at > GOOD_FOR:
            return _shown(request, store=store, asked=asked, state="over", status=410)
        if request.method == "POST":
            confirm_consent(asked=asked, now=now)
            return _shown(request, store=store, asked=asked, state="done")
        return _shown(request, store=store, asked=asked, state="asks")


def _shown(
    request: HttpRequest,
    *,
    store: Store | None,
    asked: Consent | None,
    state: str,
    status: int = 200,
) -> HttpResponse:
    language = translation.get_language_from_request(request)
    if store is not None and asked is not None:
        language = language_of(the_one(asked.customer), store=store)
    with translation.override(language):
        context = {"store": store, "asked": asked, "state": state, "language": language}
        response = render(request, "portal/preferences_confirm.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
