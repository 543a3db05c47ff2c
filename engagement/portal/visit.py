"""One visit to a customer's page: which store, who it is, in which language, at what time."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache

from core.clock import now as store_now
from core.clock import real_now
from core.secrets import hash_token, new_token
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.portal.models import PortalSession
from orders.models import Customer, Order

SEEN_EVERY = timedelta(minutes=1)  # a write for every look would cost more than the look
ASK_LASTS = 24 * 3600
LANGUAGE_LASTS = 365 * 24 * 3600


@dataclass(slots=True)
class Visit:
    """Whose page it is. `session` is None for strangers and for those who came by an order's link."""

    store: Store
    session: PortalSession | None
    language: str
    chosen: bool  # the language was picked by hand and stays
    now: datetime  # the store's
    machine_now: datetime

    @property
    def customer(self) -> Customer | None:
        return self.session.customer if self.session is not None else None

    @property
    def is_fresh(self) -> bool:
        """May do what needs a fresh proof (A21)."""
        return self.session is not None and self.session.is_fresh(self.machine_now)

    def language_for(self, *, customer: Customer | None, order: Order | None = None) -> str:
        """The language of a page about these: what was picked, else theirs, else the store's."""
        if self.chosen:
            return self.language
        wishes = [customer.locale if customer else "", order.locale if order else ""]
        return next(
            (wish[:2].lower() for wish in wishes if wish[:2].lower() in spoken(self.store)),
            self.language,
        )


BACK = re.compile(
    r"orders/([0-9a-f-]{36}/(change/[a-z]{1,12}/|return/|withdraw/)?)|privacy/(copy|erase)/|profile/([a-z]{1,12}/)?"
)

PortalView = Callable[..., HttpResponse]


def portal_page(view: PortalView) -> Callable[..., HttpResponse]:
    """A page of one store's portal: called as ``view(request, visit, …)`` inside the store's scope.

    Never cached, never indexed. A language picked with ``?lang=`` is kept.
    """

    @never_cache
    @wraps(view)
    def shown(request: HttpRequest, slug: str, **names: Any) -> HttpResponse:
        store = get_object_or_404(Store, slug=slug)
        with store_scope(store.pk):
            visit = _visit(request, store)
            with translation.override(visit.language):
                response = view(request, visit, **names)
        if request.GET.get("lang") in spoken(store):
            set_cookie(
                response, kind="lang", store=store, value=visit.language, lasts=LANGUAGE_LASTS
            )
        response["X-Robots-Tag"] = "noindex"
        patch_vary_headers(response, ["Cookie"])
        return response

    return shown


def for_customers(view: PortalView) -> PortalView:
    """Inside `portal_page`: strangers are sent to the door."""

    @wraps(view)
    def shown(request: HttpRequest, visit: Visit, **names: Any) -> HttpResponse:
        if visit.session is None:
            return HttpResponseRedirect(reverse("portal:door", args=[visit.store.slug]))
        return view(request, visit, **names)

    return shown


def page(
    request: HttpRequest, visit: Visit, template: str, status: int = 200, **what: Any
) -> HttpResponse:
    """The rendered page; `language` in `what` speaks for this page alone."""
    language = what.setdefault("language", visit.language)
    what.setdefault("zone", visit.store.time_zone)
    with translation.override(language):
        return render(
            request,
            f"portal/{template}",
            {"visit": visit, "store": visit.store, "languages": languages(visit.store), **what},
            status=status,
        )


def spoken(store: Store) -> list[str]:
    """The languages that the store speaks, its own first."""
    return [store.default_language, *(x for x in store.languages if x != store.default_language)]


def languages(store: Store) -> list[tuple[str, str]]:
    """Code and own name of each language to choose from."""
    names = dict(settings.LANGUAGES)
    return [(code, names[code]) for code in spoken(store) if code in names]


def cookie_name(*, kind: str, store: Store) -> str:
    """``__Host-`` binds a cookie to this host and to https; a laptop without https has to do without."""
    prefix = "__Host-" if settings.PRODUCTION else ""
    return f"{prefix}p-{kind}-{store.slug}"


def set_cookie(
    response: HttpResponse, *, kind: str, store: Store, value: str, lasts: int | None = None
) -> None:
    """A cookie that no script reads and no other site sends along with a form."""
    response.set_cookie(
        cookie_name(kind=kind, store=store),
        value,
        max_age=lasts,
        httponly=True,
        samesite="Lax",
        secure=settings.PRODUCTION,
    )


def leads_back(visit: Visit, path: str) -> bool:
    """Whether `path` is one of this store's pages that need a fresh login, and nothing else."""
    inside = reverse("portal:door", args=[visit.store.slug])
    return path.startswith(inside) and BACK.fullmatch(path.removeprefix(inside)) is not None


def browser_of(request: HttpRequest, store: Store) -> str:
    """The secret that this browser was given when it asked; empty when it never did."""
    return request.COOKIES.get(cookie_name(kind="ask", store=store), "")[:100]


def known_browser(request: HttpRequest, store: Store) -> str:
    """The same, or a new one, to be kept with `remember_browser`."""
    return browser_of(request, store) or new_token()


def remember_browser(response: HttpResponse, *, store: Store, browser: str) -> None:
    """Give the browser its secret."""
    set_cookie(response, kind="ask", store=store, value=browser, lasts=ASK_LASTS)


def _visit(request: HttpRequest, store: Store) -> Visit:
    machine = real_now()
    picked = request.GET.get("lang") or request.COOKIES.get(cookie_name(kind="lang", store=store))
    session = _session(request, store, machine)
    chosen = picked in spoken(store)
    visit = Visit(
        store=store,
        session=session,
        language=str(picked) if chosen else _first_guess(request, store),
        chosen=chosen,
        now=store_now(store),
        machine_now=machine,
    )
    if session is not None:
        visit.language = visit.language_for(customer=session.customer)
    return visit


def _first_guess(request: HttpRequest, store: Store) -> str:
    """What the browser asks for, where the store speaks it."""
    wanted = translation.get_language_from_request(request)[:2]
    return wanted if wanted in spoken(store) else store.default_language


def _session(request: HttpRequest, store: Store, machine: datetime) -> PortalSession | None:
    token = request.COOKIES.get(cookie_name(kind="in", store=store), "")
    if not token:
        return None
    session = (
        PortalSession.objects.alive(machine)
        .filter(token_hash=hash_token(token), customer__erased_at__isnull=True)
        .select_related("customer")
        .first()
    )
    if session is None:
        return None
    while session.customer.merged_into is not None:
        session.customer = session.customer.merged_into
    if machine - session.last_seen_at > SEEN_EVERY:
        PortalSession.objects.filter(pk=session.pk).update(last_seen_at=machine)
    return session
