"""Which store the dashboard shows. Entered here, once, for every request under /admin/.

The choice lives in the session; memberships decide what may be chosen. Every form that carries a
CSRF token carries the store as well, so that a page left open in another window cannot act on the
store chosen since: it gets a 409 that says so.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation

from core.stores.models import Membership, Store, User
from core.stores.scope import store_scope
from engagement.dashboard.roles import OWNER
from engagement.dashboard.second_factor.gate import ASKING, SETTING_UP, turned_back

SESSION_KEY = "store"
FIELD = "_store"
HEADER = "X-Store"
# Not about a store: entering, leaving, own password, choosing the store itself.
WITHOUT_STORE = frozenset(
    {"login", "logout", "password_change", "choose_store", "set_password", ASKING, SETTING_UP}
)
# What somebody without a store may open: the welcome, and (superusers) what makes a first store.
WELCOME = WITHOUT_STORE | {"index", "jsi18n", "password_change_done"}
FIRST_STEPS = frozenset({"stores_store_add", "stores_user_add", "stores_user_changelist"})

_csrf_input = re.compile(rb'<input type="hidden" name="csrfmiddlewaretoken" value="[A-Za-z0-9]+">')


def choices(user: Any) -> list[tuple[Store, str]]:
    """The stores this user may work in, each with their role, by name. One query."""
    if user.is_superuser:
        return [(store, OWNER) for store in Store.objects.order_by("name", "id")[:200]]
    memberships = Membership.objects.filter(user=user).select_related("store")
    return [(place.store, place.role) for place in memberships.order_by("store__name", "store_id")]


def mark(store: Store | None) -> str:
    """What forms carry for this store."""
    return store.public_id.hex if store else "none"


def enter(request: HttpRequest) -> None:
    """Set `request.store`, `request.role` and `request.stores` from the session and memberships."""
    request.stores = choices(request.user)  # type: ignore[attr-defined]
    wanted = request.session.get(SESSION_KEY)
    chosen = _find(request.stores, wanted) or first_choice(request.user, request.stores)  # type: ignore[attr-defined]
    request.store, request.role = chosen or (None, None)  # type: ignore[attr-defined]
    if request.store is not None and mark(request.store) != wanted:  # type: ignore[attr-defined]
        request.session[SESSION_KEY] = mark(request.store)  # type: ignore[attr-defined]


def first_choice(user: Any, stores: Sequence[tuple[Store, str]]) -> tuple[Store, str] | None:
    """Where somebody lands after logging in: the store last worked in, else the one joined first."""
    by_id = {store.pk: (store, role) for store, role in stores}
    if user.last_store_id in by_id:
        return by_id[user.last_store_id]
    joined = Membership.objects.filter(user=user).order_by("created_at", "pk")
    places = joined.values_list("store_id", flat=True)
    return next((by_id[pk] for pk in places if pk in by_id), next(iter(stores), None))


def remember(request: HttpRequest, store: Store) -> None:
    """Work in `store` from now on, also after the next login."""
    request.session[SESSION_KEY] = mark(store)
    User.objects.filter(pk=request.user.pk).update(last_store=store)  # type: ignore[misc]


def _find(stores: Sequence[tuple[Store, str]], wanted: object) -> tuple[Store, str] | None:
    return next((choice for choice in stores if mark(choice[0]) == wanted), None)


class CurrentStoreMiddleware:
    """Scope, zone, language and content policy of the dashboard. Other addresses pass untouched."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/admin/"):
            return self.get_response(request)
        request.store, request.role, request.stores = None, None, []  # type: ignore[attr-defined]
        if request.user.is_authenticated and request.user.is_staff and request.user.is_active:
            enter(request)
        # The dashboard is written in English; half-translated pages would be worse.
        with translation.override("en"):
            response = self._inside(request)
        if not hasattr(response, "_csp_config"):
            response._csp_config = dict(settings.ADMIN_CONTENT_SECURITY_POLICY)  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
            _add_store_to_forms(response, mark(request.store))  # type: ignore[attr-defined]
        return response

    def _inside(self, request: HttpRequest) -> HttpResponse:
        store: Store | None = request.store  # type: ignore[attr-defined]
        if store is None:
            return self.get_response(request)
        with store_scope(store.pk), timezone.override(store.zone):
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.namespace != "admin" or not request.user.is_authenticated:
            return None
        store: Store | None = request.store  # type: ignore[attr-defined]
        if request.user.is_staff and (away := turned_back(request, page=match.url_name)):
            return away
        if request.method not in {"GET", "HEAD", "OPTIONS"} and match.url_name not in WITHOUT_STORE:
            carried = request.POST.get(FIELD) or request.headers.get(HEADER, "")
            if carried != mark(store):
                return self._elsewhere(request, carried)
        if store is None and request.user.is_staff:
            allowed = WELCOME | FIRST_STEPS if request.user.is_superuser else WELCOME
            if match.url_name not in allowed:
                return HttpResponseRedirect(reverse("admin:index"))
        return None

    def _elsewhere(self, request: HttpRequest, carried: str) -> HttpResponse:
        other = _find(request.stores, carried)  # type: ignore[attr-defined]
        return render(
            request,
            "dashboard/other_store.html",
            {
                "other": other[0] if other else None,
                "current": request.store,  # type: ignore[attr-defined]
                "other_mark": carried if other else "",
            },
            status=409,
        )


def _add_store_to_forms(response: HttpResponse, carried: str) -> None:
    if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
        return
    hidden = f'<input type="hidden" name="{FIELD}" value="{carried}">'.encode()
    response.content = _csrf_input.sub(lambda found: found.group(0) + hidden, response.content)
    if response.has_header("Content-Length"):
        response.headers["Content-Length"] = str(len(response.content))
