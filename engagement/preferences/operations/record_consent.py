"""Keep a statement about marketing: who, what, in which words, where and when (GDPR art. 7)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from core.events import spine
from core.events.event import Origin
from core.events.wiring import News
from engagement.preferences.addresses import address_hashes
from engagement.preferences.events import (
    CustomerConsentPending,
    CustomerLeftTopic,
    CustomerUnsubscribed,
)
from engagement.preferences.models import Consent, Suppression
from engagement.preferences.operations.lock_customer import locked_customer
from engagement.preferences.policies import Basis, Statement, brings_back, word_about
from engagement.preferences.topics import MARKETING, TRACKING, Topic
from orders.models import Customer

PURPOSES = frozenset({MARKETING, TRACKING, *Topic.values})


class NoSuchCustomer(Exception):
    """The statement names nobody of this store."""


def record_consent(
    *,
    customer_id: int,
    basis: str,
    source: str,
    wording: str,
    stated_at: datetime,
    now: datetime,
    origin: Origin = "live",
    purpose: str = MARKETING,
    evidence: dict[str, Any] | None = None,
) -> bool:
    """Append one statement; true when it was not known yet. The same statement again changes nothing.

    `purpose` is a `Topic`, TRACKING, or all marketing. An explicit yes that is newer than an
    unsubscription lifts it. A no that is the newest word is told as `customer.unsubscribed`, or as
    `customer.left_topic` where it is about one purpose. Raises `NoSuchCustomer`, and ValueError for
    an unknown basis or purpose.
    """
    basis = Basis(basis)
    if purpose not in PURPOSES:
        raise ValueError(f"{purpose!r} is no purpose.")
    with transaction.atomic():  # a savepoint: who catches `NoSuchCustomer` goes on with their own
        customer = locked_customer(customer_id)
        if customer is None:
            raise NoSuchCustomer(f"Store has no customer {customer_id}; nothing was kept.")
        before = _spoken(customer, purpose) if basis == Basis.NONE else None
        statement = Consent(
            store_id=customer.store_id,
            customer=customer,
            purpose=purpose,
            basis=basis,
            source=(source if purpose == MARKETING else f"{purpose}@{source}")[:64],
            wording=wording,
            evidence=evidence,
            stated_at=stated_at,
            recorded_at=now,
        )
        if not Consent.objects.insert_new([statement]):
            return False
        if basis == Basis.EXPLICIT and purpose != TRACKING and brings_back(source=source):
            _come_back(customer=customer, stated_at=stated_at, now=now)
        elif basis == Basis.NONE and before != Basis.NONE:
            _tell(statement=statement, origin=origin, now=now)
        elif basis == Basis.PENDING:
            _ask(statement=statement, origin=origin, now=now)
    return True


def statements_of(customer: Customer) -> list[Statement]:
    """Everything the customer has said, in no order. One query."""
    said = Consent.objects.filter(customer=customer)
    return [Statement(*words) for words in said.values_list(*Statement._fields)]


def _spoken(customer: Customer, purpose: str) -> str | None:
    word = word_about(statements_of(customer), purpose)
    return word.basis if word else None


def _come_back(*, customer: Customer, stated_at: datetime, now: datetime) -> None:
    """Lift what an earlier unsubscription put up. Bounces and complaints stay."""
    if customer.email and stated_at <= now:
        Suppression.objects.filter(
            address_hash__in=address_hashes(customer.email),
            reach=Suppression.Reach.MARKETING,
            reason=Suppression.Reason.UNSUBSCRIBED,
            since__lt=stated_at,
            lifted_at__isnull=True,
        ).update(lifted_at=now)


def _tell(*, statement: Consent, origin: Origin, now: datetime) -> None:
    customer, purpose, stated_at = statement.customer, statement.purpose, statement.stated_at
    if _spoken(customer, purpose) != Basis.NONE:
        return  # an old no, told late
    news: News = CustomerUnsubscribed(customer_id=customer.pk, source=statement.source)
    key = f"{customer.pk}:{stated_at.isoformat()}"
    if purpose != MARKETING:
        news = CustomerLeftTopic(customer_id=customer.pk, topic=purpose, source=statement.source)
        key = f"{key}:{purpose}"
    spine.record(
        news=news,
        store_id=customer.store_id,
        subject=f"customer:{customer.pk}",
        key=key,
        occurred_at=stated_at,
        origin=origin,
        now=now,
    )


def _ask(*, statement: Consent, origin: Origin, now: datetime) -> None:
    """Once a day for a person, however often somebody types their address somewhere."""
    spine.record(
        news=CustomerConsentPending(customer_id=statement.customer_id, consent=statement.pk),
        store_id=statement.store_id,
        subject=f"customer:{statement.customer_id}",
        key=f"{statement.customer_id}:{now:%Y-%m-%d}",
        occurred_at=statement.stated_at,
        origin=origin,
        now=now,
    )
