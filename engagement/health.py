"""Health for ops: is the process alive, can it do its work; and a plain 503 when the database is in
trouble: away, locked, or on a full disk."""

import sys
from collections.abc import Callable

import structlog
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.defaults import server_error

from core.trouble import AWAY as CANNOT_BE_REACHED
from core.trouble import trouble

log = structlog.get_logger(__name__)
AWAY = (OperationalError, InterfaceError)


class DatabaseAwayMiddleware:
    """Answer 503 with a problem body, never a traceback, when the database is in trouble."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return database_away(request, error) if isinstance(error, AWAY) else None


def database_away(request: HttpRequest, error: BaseException) -> HttpResponse:
    """503: nothing was stored, try again. The log says why in words."""
    why = trouble(error) or CANNOT_BE_REACHED
    log.error("database_away", path=request.path, why=why)
    connection.close()
    return JsonResponse(
        {
            "type": "about:blank",
            "title": why.partition(". ")[0].rstrip("."),
            "status": 503,
            "detail": "Nothing was stored. Please try again in a moment.",
        },
        status=503,
        headers={"Retry-After": "5"},
        content_type="application/problem+json",
    )


def handler500(request: HttpRequest) -> HttpResponse:
    """What no view caught. A database that a middleware missed is a 503 as well."""
    if isinstance(error := sys.exception(), AWAY):
        return database_away(request, error)
    return server_error(request)


def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> HttpResponse:
    """The process can reach its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
