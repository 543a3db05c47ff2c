"""Ask to be let in by order number and e-mail. Known or not, the same happens (A4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from core.clock import real_now
from core.events.spine import record
from core.limits.take import take
from core.secrets import hash_token
from core.stores.models import Store
from engagement.portal.events import LoginAsked
from engagement.portal.models import LoginRequest
from engagement.portal.models.login_request import LASTS

PER_EMAIL = (5, timedelta(hours=1))  # A6
PER_NETWORK = (20, timedelta(hours=1))


@dataclass(frozen=True)
class TooManyRequests(Exception):
    """Asked too often; `seconds` until it may be tried again."""

    seconds: int


def ask_for_login(
    *, store: Store, order_number: str, email: str, browser: str, network: str, now: datetime
) -> LoginRequest:
    """Keep the request and have it looked into after the answer. Inside the store's scope.

    `browser` is the secret that only the asking browser holds; `network` its address. Raises
    `TooManyRequests`. `now` is the store's time; limits and expiry are the machine's.
    """
    machine = real_now()
    address = email.strip().lower()[:254]
    count_request(store=store, email=address, network=network, now=machine)
    with transaction.atomic():
        asked = LoginRequest.objects.create(
            store=store,
            order_number=order_number.replace("\x00", "").strip()[:64],
            email=address.replace("\x00", ""),
            browser_hash=hash_token(browser),
            created_at=machine,
            expires_at=machine + LASTS,
        )
        record(
            news=LoginAsked(login_request_id=asked.pk),
            store_id=store.pk,
            subject=f"login_request:{asked.pk}",
            key=asked.public_id.hex,
            occurred_at=now,
            origin="live",
            now=now,
        )
    return asked


def count_request(*, store: Store, email: str, network: str, now: datetime) -> None:
    """Count one request against the address and the network. Raises `TooManyRequests`."""
    wait = max(
        take(
            name="portal:email",
            who=f"{store.pk}:{email}",
            limit=PER_EMAIL[0],
            window=PER_EMAIL[1],
            now=now,
        ),
        take(
            name="portal:network",
            who=f"{store.pk}:{network}",
            limit=PER_NETWORK[0],
            window=PER_NETWORK[1],
            now=now,
        ),
    )
    if wait:
        raise TooManyRequests(wait)
