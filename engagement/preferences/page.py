"""The page behind the link in every mail. Looking changes nothing; posting takes effect at once.

The link itself is the proof of who is asking (128-bit tag), so there is no cookie, no login and no
CSRF token: mail providers post here for their users (RFC 8058) and carry none of these.
"""

import uuid

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from core.clock import now as store_now
from core.colors import palette
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.preferences.links import Reader, read_token
from engagement.preferences.operations.resubscribe import AddressUnusable, resubscribe
from engagement.preferences.operations.unsubscribe import is_refused, unsubscribe
from orders.models import Customer

PAGE_LANGUAGES = ("en",)  # those that this page is translated into
ONE_CLICK, BY_HAND = "one_click", "preferences_page"


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """GET and HEAD show; POST unsubscribes, or takes that back with ``action=resubscribe``."""
    reader = read_token(token)
    if reader is None:
        raise Http404
    store = get_object_or_404(Store, pk=reader.store_id)
    with store_scope(store.pk):
        customer = get_object_or_404(Customer, pk=reader.customer_id)
        said = ""
        if request.method == "POST":
            wish = _wish(request)
            if wish == ONE_CLICK:
                _leave(reader=reader, store=store, source=ONE_CLICK)
                return HttpResponse(_("Unsubscribed.") + "\n", content_type="text/plain")
            said = _answer(wish=wish, reader=reader, store=store)
        return _shown(request, store=store, customer=customer, said=said)


def _wish(request: HttpRequest) -> str:
    """What a POST asks for. Whatever is not plainly something else asks to leave."""
    try:
        if request.POST.get("List-Unsubscribe") == "One-Click":
            return ONE_CLICK
        return "resubscribe" if request.POST.get("action") == "resubscribe" else "unsubscribe"
    except (MultiPartParserError, RequestDataTooBig, TooManyFieldsSent, UnreadablePostError):
        return ONE_CLICK


def resubscribe_wording(store: Store) -> str:
    """The exact words beside the button, kept with the consent that it gives."""
    return _(
        "Yes, send me offers, tips and reminders from %(store)s by e-mail. I can leave again "
        "at any time, with one click."
    ) % {"store": store.name}


def _leave(*, reader: Reader, store: Store, source: str) -> None:
    unsubscribe(
        customer_id=reader.customer_id,
        source=source,
        told_by=reader.message_public_id.hex,
        now=store_now(store),
    )


def _answer(*, wish: str, reader: Reader, store: Store) -> str:
    with translation.override(PAGE_LANGUAGES[0]):
        if wish != "resubscribe":
            _leave(reader=reader, store=store, source=BY_HAND)
            return "left"
        try:
            resubscribe(
                customer_id=reader.customer_id,
                source=BY_HAND,
                wording=resubscribe_wording(store),
                now=store_now(store),
            )
        except AddressUnusable:
            return "unusable"
        return "back"


def _shown(request: HttpRequest, *, store: Store, customer: Customer, said: str) -> HttpResponse:
    language = customer.locale[:2] if customer.locale[:2] in PAGE_LANGUAGES else PAGE_LANGUAGES[0]
    with translation.override(language):
        response = render(
            request,
            "portal/preferences.html",
            {
                "store": store,
                "language": language,
                "said": said,
                "is_refused": is_refused(customer=customer),
                "wording": resubscribe_wording(store),
            },
        )
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
def brand(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The store's colours as a style sheet, since a strict CSP allows no inline style."""
    store = get_object_or_404(Store, public_id=public_id)
    colors = palette(store.color_primary, store.color_accent)
    sheet = (
        f":root {{ --brand: {colors['primary']}; --on-brand: {colors['on_primary']}; "
        f"--link: {colors['link']}; --link-dark: {colors['link_dark']}; "
        f"--panel: {colors['panel']}; --panel-dark: {colors['panel_dark']}; }}\n"
    )
    response = HttpResponse(sheet, content_type="text/css")
    response["Cache-Control"] = "public, max-age=300"
    return response
