"""The page behind the link in every mail. Looking changes nothing; posting takes effect at once.

The link itself is the proof of who is asking (128-bit tag), so there is no cookie, no login and no
CSRF token: mail providers post here for their users (RFC 8058) and carry none of these.
"""

import uuid

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from core.clock import now as store_now
from core.colors import palette
from core.stores.models import Store
from core.stores.models.store import LANGUAGES
from core.stores.scope import store_scope
from engagement.preferences.languages import spoken_language
from engagement.preferences.links import Reader, read_token
from engagement.preferences.operations.choose_mail import PAUSES, choose_mail, pause_mail
from engagement.preferences.operations.resubscribe import AddressUnusable, resubscribe
from engagement.preferences.operations.unsubscribe import is_refused, unsubscribe
from engagement.preferences.policies import Basis
from engagement.preferences.queries import people
from engagement.preferences.topics import Topic
from orders.models import Customer

LANGUAGE_NAMES = dict(LANGUAGES)
ONE_CLICK, BY_HAND = "one_click", "preferences_page"
WISHES = ("unsubscribe", "resubscribe", "save", "pause", "resume")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """GET and HEAD show; POST does what its ``action`` says, and without a clear one unsubscribes."""
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
                return HttpResponse("Unsubscribed.\n", content_type="text/plain")
            with translation.override(_shown_in(request, customer=customer, store=store)):
                said = _answer(request, wish=wish, reader=reader, store=store)
            customer.refresh_from_db()
        return _shown(request, store=store, customer=the_one(customer), said=said)


def _wish(request: HttpRequest) -> str:
    """What a POST asks for. Whatever is not plainly something else asks to leave."""
    try:
        if request.POST.get("List-Unsubscribe") == "One-Click":
            return ONE_CLICK
        asked = request.POST.get("action", "")
        return asked if asked in WISHES else "unsubscribe"
    except (MultiPartParserError, RequestDataTooBig, TooManyFieldsSent, UnreadablePostError):
        return ONE_CLICK


def resubscribe_wording(store: Store) -> str:
    """The exact words beside the button, kept with the consent that it gives."""
    return _(
        "Yes, send me offers, tips and reminders from %(store)s by e-mail. I can leave again "
        "at any time, with one click."
    ) % {"store": store.name}


def topics_wording(store: Store) -> str:
    """The exact words beside the boxes, kept with the consent that a tick gives."""
    return _(
        "Yes, send me the kinds of mail that I have ticked from %(store)s. I can change this or "
        "leave at any time."
    ) % {"store": store.name}


def measure_wording(store: Store) -> str:
    """The exact words beside the box about clicks, kept with the consent that a tick gives."""
    return _(
        "%(store)s may see which links in its mails I open, to send me less of what I do not need."
    ) % {"store": store.name}


def _leave(*, reader: Reader, store: Store, source: str) -> None:
    unsubscribe(
        customer_id=reader.customer_id,
        source=source,
        told_by=reader.message_public_id.hex,
        now=store_now(store),
    )


def _answer(request: HttpRequest, *, wish: str, reader: Reader, store: Store) -> str:
    """Do what was asked; the word under which the page says so."""
    now = store_now(store)
    if wish == "resubscribe":
        try:
            resubscribe(
                customer_id=reader.customer_id,
                source=BY_HAND,
                wording=resubscribe_wording(store),
                evidence=_evidence(reader),
                now=now,
            )
        except AddressUnusable:
            return "unusable"
        return "back"
    if wish in {"pause", "resume"}:
        asked = request.POST.get("days", "") if wish == "pause" else "0"
        days = int(asked) if asked in {"0", *map(str, PAUSES)} else PAUSES[0]
        pause_mail(customer_id=reader.customer_id, store=store, days=days, now=now)
        return "paused" if days else "resumed"
    if wish == "save":
        stays = choose_mail(
            customer_id=reader.customer_id,
            store=store,
            topics=request.POST.getlist("topic"),
            wants_fewer=request.POST.get("often") == "fewer",
            language=request.POST.get("language", ""),
            source=f"{BY_HAND}:{reader.message_public_id.hex}",
            wording=topics_wording(store),
            evidence=_evidence(reader),
            measure=store.track_clicks and request.POST.get("measure") == "yes",
            measure_wording=measure_wording(store),
            now=now,
        )
        return "saved" if stays else "left"
    _leave(reader=reader, store=store, source=BY_HAND)
    return "left"


def _evidence(reader: Reader) -> dict[str, str]:
    """What shows that it was they: the link of this mail, which only their mailbox got."""
    return {"message": reader.message_public_id.hex, "language": translation.get_language() or ""}


def the_one(customer: Customer) -> Customer:
    """The customer, or the one they were merged into."""
    into = customer.merged_into
    return into if into is not None else customer


def language_of(customer: Customer, *, store: Store) -> str:
    """The language of their page: that of their mails, as far as it is known here."""
    return spoken_language(
        customer_locale=customer.language or customer.locale,
        order_locale="",
        country=customer.country,
        languages=store.languages,
        default=store.default_language,
    )


def _shown_in(request: HttpRequest, *, customer: Customer, store: Store) -> str:
    """The language in which the words stood that somebody has just agreed to."""
    shown = request.POST.get("shown_in", "")
    return shown if shown in LANGUAGE_NAMES else language_of(the_one(customer), store=store)


def _shown(request: HttpRequest, *, store: Store, customer: Customer, said: str) -> HttpResponse:
    language = language_of(customer, store=store)
    now = store_now(store)
    person = people(customer_ids=[customer.pk], store=store, now=now)[customer.pk]
    topics = [(topic, person.basis(topic.value, now=now) != Basis.NONE) for topic in Topic]
    is_paused = person.paused_until is not None and person.paused_until > now
    with translation.override(language), timezone.override(store.zone):
        response = render(
            request,
            "portal/preferences.html",
            {
                "store": store,
                "language": language,
                "languages": [(code, LANGUAGE_NAMES[code]) for code in store.languages],
                "said": said,
                "is_refused": is_refused(customer=customer) and not any(on for _t, on in topics),
                "topics": topics,
                "wants_fewer": person.wants_fewer,
                "paused_until": person.paused_until if is_paused else None,
                "pauses": PAUSES,
                "wording": resubscribe_wording(store),
                "topics_wording": topics_wording(store),
                "measure_wording": measure_wording(store) if store.track_clicks else "",
                "is_measured": person.may_be_measured(now=now),
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
