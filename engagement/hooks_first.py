"""What machines post goes past everything that is there for people at browsers.

A delivery has no session, no cookie, no language and no page; walking through a dozen layers of
them cost more than checking and keeping it. The signature is the check (`orders/ingest/door.py`).
"""

from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import resolve

from core.trouble import AWAY as GONE
from core.trouble import trouble
from engagement.health import AWAY, database_away

PREFIX = "/hooks/"
ADDRESSES = "engagement.hooks"


class HooksFirstMiddleware:
    """Hand requests under /hooks/ straight to their view; everything else passes on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        request.get_host()  # refuses hosts that are not ours
        # Each address's first statement tells whether the kept connection lives; Django need not ask.
        connection.health_check_done = True  # type: ignore[attr-defined]
        try:
            response = self._deliver(request)
        except AWAY as error:
            if trouble(error) not in {"", GONE}:  # locked or full: it would only wait once more
                return database_away(request, error)
            # Perhaps only the kept connection had died. Deliveries may be repeated, so try anew.
            connection.close()
            try:
                response = self._deliver(request)
            except AWAY as again:
                return database_away(request, again)
        response.headers.setdefault("Content-Length", str(len(response.content)))
        return response

    def _deliver(self, request: HttpRequest) -> HttpResponse:
        match = resolve("/" + request.path_info.removeprefix(PREFIX), ADDRESSES)
        if not getattr(match.func, "csrf_exempt", False):  # it would need the layers left out
            raise TypeError(f"{match.view_name} under {PREFIX} must check its senders by itself.")
        request.resolver_match = match
        return match.func(request, *match.args, **match.kwargs)
