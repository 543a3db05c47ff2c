"""Open a webhook address for a source, or change its secret while the old one still counts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from core.secrets import decrypt, encrypt, hash_token, new_token
from core.stores.models import Store
from orders.ingest.source import Source
from orders.ingest.sources import SOURCES
from orders.models import WebhookEndpoint

SHORTEST_OVERLAP = timedelta(hours=1)  # Shopify signs with the old secret for up to an hour
DEFAULT_OVERLAP = timedelta(hours=24)


class UnknownSource(Exception):
    """No such source; the message names those there are."""


class BadSecret(Exception):
    """The secret given cannot sign for this source; the message says why."""


class NothingToRotate(Exception):
    """There is no endpoint whose secret could change."""


@dataclass(frozen=True, slots=True)
class Connection:
    """An endpoint with what its owner must know. `secret` is shown to the merchant only."""

    endpoint: WebhookEndpoint
    url: str
    secret: str
    clicks: str


def connect_source(
    *, store: Store, source: str, secret: str | None = None, shop: str = "", now: datetime
) -> Connection:
    """The endpoint of `source` for `store`, made where there is none; safe to call again.

    A `secret` given replaces the one kept (both count for a day); where none is given and none is
    kept, one is made. `shop` is the shop's own domain there; privacy requests must name it. Runs in
    the store's scope. Raises `UnknownSource`, `BadSecret`.
    """
    known = _known(source)
    if secret is not None:
        secret = _checked(source, secret)
    with transaction.atomic():
        endpoint = _endpoint(store=store, source=source)
        if endpoint is None:
            path = new_token()
            endpoint = WebhookEndpoint(
                store=store,
                source=source,
                path_hash=hash_token(path),
                path_sealed=encrypt(path),
                created_at=now,
            )
            endpoint.set_secret(secret or known.new_secret())
        elif secret is not None and secret != decrypt(endpoint.secret_sealed):
            _replace_secret(endpoint, secret=secret, until=now + DEFAULT_OVERLAP)
        if shop:
            endpoint.shop = shop.strip().lower()
        endpoint.save()
    return _connection(endpoint)


def rotate_secret(
    *,
    store: Store,
    source: str,
    secret: str | None = None,
    overlap: timedelta = DEFAULT_OVERLAP,
    now: datetime,
) -> Connection:
    """A new secret; the old one counts for `overlap` (at least an hour). Raises `NothingToRotate`."""
    known = _known(source)
    fresh = _checked(source, secret) if secret is not None else known.new_secret()
    with transaction.atomic():
        endpoint = _endpoint(store=store, source=source)
        if endpoint is None:
            raise NothingToRotate(f"{store.name} has no {known.label} endpoint yet.")
        _replace_secret(endpoint, secret=fresh, until=now + max(overlap, SHORTEST_OVERLAP))
        endpoint.save()
    return _connection(endpoint)


def _known(source: str) -> Source:
    if source not in SOURCES:
        raise UnknownSource(f"“{source}” is no source; there are {', '.join(sorted(SOURCES))}.")
    return SOURCES[source]


def _checked(source: str, secret: str) -> str:
    try:
        return SOURCES[source].check_secret(secret)
    except ValueError as error:
        raise BadSecret(str(error)) from error


def _endpoint(*, store: Store, source: str) -> WebhookEndpoint | None:
    return (
        WebhookEndpoint.objects.select_for_update()
        .filter(store=store, source=source, is_active=True)
        .order_by("pk")
        .first()
    )


def _replace_secret(endpoint: WebhookEndpoint, *, secret: str, until: datetime) -> None:
    endpoint.previous_secret_sealed = endpoint.secret_sealed
    endpoint.previous_secret_until = until
    endpoint.set_secret(secret)


def _connection(endpoint: WebhookEndpoint) -> Connection:
    path = decrypt(endpoint.path_sealed)
    secret = decrypt(endpoint.secret_sealed)
    url = settings.SITE_URL + reverse(
        "hook", kwargs={"source": endpoint.source, "path_token": path}
    )
    clicks = SOURCES[endpoint.source].clicks(url=url, secret=secret)
    return Connection(endpoint=endpoint, url=url, secret=secret, clicks=clicks)
