"""Health for ops: is the process alive, can it do its work; and a plain 503 when the database is away."""

from collections.abc import Callable

import structlog
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

log = structlog.get_logger(__name__)


class DatabaseAwayMiddleware:
    """Answer 503 with a problem body, never a traceback, when the database cannot be reached."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, OperationalError):
            return None
        log.error("database_away", path=request.path, error=type(error).__name__)
        connection.close()
        return JsonResponse(
            {
                "type": "about:blank",
                "title": "The database cannot be reached",
                "status": 503,
                "detail": "Nothing was stored. Please try again in a moment.",
            },
            status=503,
            headers={"Retry-After": "5"},
            content_type="application/problem+json",
        )


def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> HttpResponse:
    """The process can reach its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
