"""`POST /hooks/<source>/<path token>/`: check the signature, keep the bytes, answer. Nothing else.

One SELECT (endpoint and store) and one INSERT. A database that is away answers 503 from the
middleware; whatever is refused here is refused before anything is stored.
"""

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.request import RawPostDataException
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core import clock
from core.problem import problem
from core.secrets import hash_token
from core.stores.scope import every_store, store_scope
from orders.ingest.reading import MAX_BODY_BYTES
from orders.ingest.sources import SOURCES
from orders.models import WebhookEndpoint
from orders.operations.receive_notice import receive_notice

log = structlog.get_logger(__name__)


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
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        return problem(415, "The body is compressed", "Send it as it is. Nothing was stored.")
    with every_store():
        endpoint = (
            WebhookEndpoint.objects.select_related("store")
            .filter(path_hash=hash_token(path_token), source=source, is_active=True)
            .first()
        )
    if endpoint is None:
        return _no_such_address()
    headers = {name.lower(): value for name, value in request.headers.items()}
    if known.is_ping(body=body, headers=headers):
        return JsonResponse({"status": "pong"})
    now = clock.now(endpoint.store)
    if not known.is_genuine(
        body=body, headers=headers, secrets=endpoint.live_secrets(now=now), now=now
    ):
        log.warning("hook_refused", source=source, endpoint=str(endpoint.public_id))
        return problem(
            401,
            "The signature does not fit",
            "Nothing was stored. Check that the secret in the shop's settings is the one that "
            "“manage.py connect” was given.",
        )
    with store_scope(endpoint.store_id):
        receive_notice(endpoint=endpoint, source=known, body=body, headers=headers, now=now)
    return JsonResponse({"status": "kept"})


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
