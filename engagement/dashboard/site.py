"""The dashboard's site: login with limits, home, the store switch, nothing of Django's that leaks."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from unfold.sites import UnfoldAdminSite

from core.caller import caller
from core.clock import now as store_now
from core.clock import real_now
from core.limits.take import take
from engagement.dashboard.current_store import mark, remember
from engagement.dashboard.home import today_at_a_glance
from engagement.dashboard.invite import ChoosePassword
from engagement.dashboard.second_factor.gate import ASKING, SETTING_UP
from engagement.dashboard.second_factor.views import ask, set_up

PER_ADDRESS = (10, timedelta(minutes=15))
PER_NETWORK = (60, timedelta(hours=1))
SESSION_LASTS = timedelta(hours=12)


class DashboardSite(UnfoldAdminSite):
    """Unfold's site, scoped."""

    site_title = "Afterglow"
    index_title = "Today"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    def get_urls(self) -> list[URLPattern]:
        # `view_on_site` looks rows up without any scope, and nothing here has such a page.
        urls = [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]
        return [
            path("store/", self.admin_view(self.choose_store), name="choose_store"),
            path(
                "set-password/<uidb64>/<token>/",
                ChoosePassword.as_view(admin_site=self),
                name="set_password",
            ),
            path("second-factor/", ask, name=ASKING),
            path("second-factor/setup/", set_up, name=SETTING_UP),
            *urls,
        ]

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.method != "POST":
            return super().login(request, extra_context)
        now = real_now()
        email = request.POST.get("username", "").strip().lower()[:254]
        wait = max(
            take(
                name="login:email", who=email, limit=PER_ADDRESS[0], window=PER_ADDRESS[1], now=now
            ),
            take(
                name="login:network",
                who=caller(request),
                limit=PER_NETWORK[0],
                window=PER_NETWORK[1],
                now=now,
            ),
        )
        if wait:
            minutes = -(-wait // 60)
            page = TemplateResponse(request, "dashboard/too_many.html", {"minutes": minutes})
            page.status_code = 429
            page.headers["Retry-After"] = str(wait)
            return page
        response = super().login(request, extra_context)
        if request.user.is_authenticated:  # Django has given the session a new key
            request.session.set_expiry(now + SESSION_LASTS)
        return response

    @method_decorator(require_POST)
    def choose_store(self, request: HttpRequest) -> HttpResponse:
        """Work in another store from now on."""
        wanted = request.POST.get("store", "")
        for store, _role in request.stores:  # type: ignore[attr-defined]
            if mark(store) == wanted:
                remember(request, store)
                messages.success(request, f"You are now working in {store.name}.")
                return HttpResponseRedirect(self._after_choice(request))
        raise Http404("No such store among yours.")

    def _after_choice(self, request: HttpRequest) -> str:
        """A list of the same kind, never a page about one row: that row is the other store's."""
        back = request.POST.get("next", "")
        home = reverse("admin:index")
        if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
            return home
        parts = [part for part in urlsplit(back).path.removeprefix(home).split("/") if part]
        return f"{home}{parts[0]}/{parts[1]}/" if len(parts) >= 2 else home

    def index(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        store = request.store  # type: ignore[attr-defined]
        if store is None:
            context = {**self.each_context(request), "title": "Welcome"}
            return TemplateResponse(request, "dashboard/no_store.html", context)
        context = {
            **self.each_context(request),
            "title": "Today",
            "today": today_at_a_glance(store=store, now=store_now(store)),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/index.html", context)

    def get_log_entries(self, request: HttpRequest) -> Any:
        """Django's log knows no stores; our audit log does."""
        return super().get_log_entries(request).none()

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The sidebar is engagement/nav.py; Django's own list would cost a check per model."""
        return []

    def search(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Unfold keeps results per user, not per store; lists have their own search."""
        return HttpResponse()
