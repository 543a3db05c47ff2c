"""Let a customer in by the link or by the six digits. Either works once, and only where it was asked for."""

import hmac
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from core.limits.take import take
from core.secrets import hash_token, new_token
from engagement.portal.models import LoginRequest, PortalSession
from engagement.portal.models.login_request import TRIES
from engagement.portal.models.session import LONGEST
from engagement.preferences.login_links import login_codes
from orders.models import Customer

CODES_AN_HOUR = (15, timedelta(hours=1))  # for one account, over all its requests


class NotLetIn(Exception):
    """The link or the code does not open: used, too old, burnt, wrong, or of another browser."""


@dataclass(frozen=True, slots=True)
class LetIn:
    """A new session; `token` is for the cookie and kept nowhere else."""

    session: PortalSession
    token: str


def open_request(*, request_id: uuid.UUID, now: datetime) -> LoginRequest | None:
    """The request that the link in a mail belongs to, while it can still be used."""
    return LoginRequest.objects.filter(
        public_id=request_id, used_at__isnull=True, expires_at__gt=now, tries__lt=TRIES
    ).first()


def log_in_by_link(*, request_id: uuid.UUID, browser: str, now: datetime) -> LetIn:
    """Use the link up. Raises `NotLetIn`. Of fifty at once, one gets in."""
    asked = open_request(request_id=request_id, now=now)
    if asked is None or not is_of(asked=asked, browser=browser):
        raise NotLetIn
    return _use(asked=asked, now=now)


def log_in_by_code(*, asked: LoginRequest, code: str, browser: str, now: datetime) -> LetIn:
    """Try the digits. Raises `NotLetIn`. The try is counted before the digits are looked at, for
    those we know and those we do not alike."""
    wait = take(
        name="portal:code",
        who=f"{asked.store_id}:{asked.email}",
        limit=CODES_AN_HOUR[0],
        window=CODES_AN_HOUR[1],
        now=now,
    )
    counted = LoginRequest.objects.filter(
        pk=asked.pk, tries__lt=TRIES, used_at__isnull=True, expires_at__gt=now
    ).update(tries=F("tries") + 1)
    said = "".join(filter(str.isdigit, code))
    right = [
        hmac.compare_digest(said, digits) for digits in login_codes(request_id=asked.public_id)
    ]
    asked.refresh_from_db(fields=["customer"])
    if wait or not counted or not any(right) or not is_of(asked=asked, browser=browser):
        raise NotLetIn
    return _use(asked=asked, now=now)


def is_of(*, asked: LoginRequest, browser: str) -> bool:
    """Was it this browser that asked?"""
    return bool(browser) and hmac.compare_digest(asked.browser_hash, hash_token(browser))


def _use(*, asked: LoginRequest, now: datetime) -> LetIn:
    with transaction.atomic():
        mine = LoginRequest.objects.filter(
            pk=asked.pk, used_at__isnull=True, customer__isnull=False
        ).update(used_at=now)
        if not mine or asked.customer_id is None:
            raise NotLetIn
        customer = Customer.objects.get(pk=asked.customer_id)
        while customer.merged_into_id is not None:
            customer = Customer.objects.get(pk=customer.merged_into_id)
        if customer.erased_at is not None:
            raise NotLetIn
        token = new_token()
        session = PortalSession.objects.create(
            store_id=asked.store_id,
            token_hash=hash_token(token),
            customer=customer,
            created_at=now,
            last_seen_at=now,
            fresh_at=now,
            ends_at=now + LONGEST,
        )
    return LetIn(session=session, token=token)
