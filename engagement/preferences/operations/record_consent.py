"""Keep a statement about marketing: who, what, in which words, where and when (GDPR art. 7)."""

from datetime import datetime

from django.db import transaction

from core.events import spine
from core.events.event import Origin
from engagement.preferences.addresses import address_hashes
from engagement.preferences.events import CustomerUnsubscribed
from engagement.preferences.models import Consent, Suppression
from engagement.preferences.operations.lock_customer import locked_customer
from engagement.preferences.policies import Basis, brings_back, spoken_word
from orders.models import Customer


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
) -> bool:
    """Append one statement; true when it was not known yet. The same statement again changes nothing.

    An explicit yes that is newer than an unsubscription lifts it. A no that is the newest word is
    told as `customer.unsubscribed`. Raises `NoSuchCustomer`, and ValueError for an unknown basis.
    """
    basis = Basis(basis)
    with transaction.atomic():  # a savepoint: who catches `NoSuchCustomer` goes on with their own
        customer = locked_customer(customer_id)
        if customer is None:
            raise NoSuchCustomer(f"Store has no customer {customer_id}; nothing was kept.")
        before = _spoken(customer)
        same = Consent.objects.filter(
            customer=customer, source=source[:64], basis=basis, stated_at=stated_at
        )
        if same.exists():
            return False
        Consent.objects.create(
            store_id=customer.store_id,
            customer=customer,
            basis=basis,
            source=source[:64],
            wording=wording,
            stated_at=stated_at,
            recorded_at=now,
        )
        if basis == Basis.EXPLICIT and brings_back(source=source):
            _come_back(customer=customer, stated_at=stated_at, now=now)
        elif basis == Basis.NONE and before != Basis.NONE:
            _tell(customer=customer, source=source, stated_at=stated_at, origin=origin, now=now)
    return True


def _spoken(customer: Customer) -> str | None:
    said = Consent.objects.filter(customer=customer)
    return spoken_word(list(said.values_list("stated_at", "basis", "source")))


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


def _tell(
    *, customer: Customer, source: str, stated_at: datetime, origin: Origin, now: datetime
) -> None:
    if _spoken(customer) != Basis.NONE:
        return  # an old no, told late
    spine.record(
        news=CustomerUnsubscribed(customer_id=customer.pk, source=source[:64]),
        store_id=customer.store_id,
        subject=f"customer:{customer.pk}",
        key=f"{customer.pk}:{stated_at.isoformat()}",
        occurred_at=stated_at,
        origin=origin,
        now=now,
    )
