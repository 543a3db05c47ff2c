"""`POST /hooks/<source>/<path token>/`: check the signature, keep the bytes, answer. Nothing else.

One INSERT for a sender that this process knows, else a SELECT (endpoint and store) before it. A
database that is away answers 503 from the middleware; whatever is refused here is refused before
anything is stored.
"""

import structlog
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.request import RawPostDataException
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core import clock
from core.problem import problem
from core.secrets import hash_token
from core.stores.scope import store_scope
from orders.ingest.reading import MAX_BODY_BYTES
from orders.ingest.source import Headers, Source
from orders.ingest.sources import SOURCES
from orders.operations.receive_notice import receive_notice
from orders.operations.receive_unchanged import receive_unchanged
from orders.queries import OpenEndpoint, open_endpoint

log = structlog.get_logger(__name__)

MOST_REMEMBERED = 10_000
_remembered: dict[tuple[str, str], OpenEndpoint] = {}
"""Endpoints by source and secret path, as this process last read them. Never believed alone: what
is kept on its word is kept by a statement that finds it still true, and nobody is refused on it."""


@csrf_exempt
@require_POST
def receive(request: HttpRequest, source: str, path_token: str) -> HttpResponse:
    """One delivery of `source` to the endpoint that `path_token` opens."""
    known = SOURCES.get(source)
    if known is None:
        return _no_such_address()
    try:
        body = _bounded_body(request)
    except (RawPostDataException, UnreadablePostError):
        return problem(400, "The body broke off", "Nothing was stored. Please send it again.")
    if body is None:
        return problem(
            413,
            "The body is too large",
            f"At most {MAX_BODY_BYTES // 1024 // 1024} MB are taken. Nothing was stored.",
        )
    headers = _headers(request)
    if headers.get("content-encoding", "identity").lower() != "identity":
        return problem(415, "The body is compressed", "Send it as it is. Nothing was stored.")
    at = (source, path_token)
    opened = _remembered.get(at)
    if opened is not None and _is_kept_at_once(opened, known=known, body=body, headers=headers):
        return _kept()
    opened = open_endpoint(source=source, path_hash=hash_token(path_token))
    if opened is None:
        _remembered.pop(at, None)
        return _no_such_address()
    endpoint = opened.endpoint
    if known.is_ping(body=body, headers=headers):
        return JsonResponse({"status": "pong"})
    now = clock.now(opened)
    if not known.is_genuine(
        body=body, headers=headers, secrets=endpoint.live_secrets(now=now), now=now
    ):
        log.warning("hook_refused", source=source, endpoint=str(endpoint.public_id))
        return problem(
            401,
            "The signature does not fit",
            "Nothing was stored. Check that the secret in the shop's settings is the one that "
            "“manage.py connect” was given"
            + (", and that both clocks are right." if known.signs_its_time else "."),
        )
    with store_scope(endpoint.store_id):
        receive_notice(endpoint=endpoint, source=known, body=body, headers=headers, now=now)
    if len(_remembered) >= MOST_REMEMBERED:
        _remembered.clear()
    _remembered[at] = opened
    return _kept()


def _is_kept_at_once(opened: OpenEndpoint, *, known: Source, body: bytes, headers: Headers) -> bool:
    """Signed for the endpoint as it is remembered, and kept because it still is so."""
    if connection.vendor != "postgresql" or known.is_ping(body=body, headers=headers):
        return False
    now = clock.now(opened)
    secrets = opened.endpoint.live_secrets(now=now)
    return known.is_genuine(
        body=body, headers=headers, secrets=secrets, now=now
    ) and receive_unchanged(opened=opened, source=known, body=body, headers=headers, now=now)


def _kept() -> HttpResponse:
    return HttpResponse(b'{"status": "kept"}', content_type="application/json")


def _headers(request: HttpRequest) -> dict[str, str]:
    """The request's headers, names in lower case. The type and length of the body are not among them."""
    return {
        name[5:].replace("_", "-").lower(): value
        for name, value in request.META.items()
        if name.startswith("HTTP_")
    }


def _bounded_body(request: HttpRequest) -> bytes | None:
    """The raw body, or None where it is larger than we take. The length header is asked first."""
    try:
        stated = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        stated = 0
    if stated > MAX_BODY_BYTES:
        return None
    body = request.body
    return body if len(body) <= MAX_BODY_BYTES else None


def _no_such_address() -> JsonResponse:
    return problem(404, "No such address", "This webhook address is unknown or was switched off.")
