"""Somebody registers a thing that they bought elsewhere; somebody of the shop looks at it."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from core.stores.models import Store
from orders.models import Guarantee, Product
from orders.warranty.own_terms import own_terms, terms_for
from orders.warranty.terms import promised


class KnownAlready(Exception):
    """This serial number is registered."""


class NothingPromised(Exception):
    """The shop promises nothing for it, and the law binds who sold it."""


def register_guarantee(
    *,
    store: Store,
    product: Product,
    serial: str,
    bought_on: date,
    country: str,
    email: str,
    now: datetime,
) -> Guarantee:
    """Write it down, unverified: it is worth nothing until `check_guarantee`.

    Only the shop's own promise counts: the law's floor binds who sold it. Raises `KnownAlready` and
    `NothingPromised`. Inside the store's scope.
    """
    terms = terms_for(terms=own_terms(), product=product)
    if terms is None or not terms.months:
        raise NothingPromised
    try:
        with transaction.atomic():
            return Guarantee.objects.create(
                store=store,
                product=product,
                title=product.title[:300],
                serial=" ".join(serial.split()).upper()[:80],
                source=Guarantee.Source.REGISTERED,
                email=email,
                country=country.upper()[:2],
                starts_on=bought_on,
                bought_on=bought_on,
                until=promised(starts_on=bought_on, country="", own_months=terms.months).until,
                created_at=now,
            )
    except IntegrityError as known:
        raise KnownAlready from known


def check_guarantee(*, guarantee: Guarantee, now: datetime) -> None:
    """Somebody of the shop has seen the receipt: it counts from now on. Inside the store's scope."""
    Guarantee.objects.filter(pk=guarantee.pk, checked_at__isnull=True).update(checked_at=now)
