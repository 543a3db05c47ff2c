"""Cookies that no honest browser sends."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class OddCookiesMiddleware:
    """Leave out cookies with control characters: a NUL in a session's id would break PostgreSQL."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for name in [name for name, value in request.COOKIES.items() if not value.isprintable()]:
            del request.COOKIES[name]
        return self.get_response(request)
