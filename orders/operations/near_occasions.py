"""Find whose birthday or account anniversary is near, and say so once per occurrence.

Run once per local day of a store. Looks `LEAD_DAYS` ahead through an index, so the cost grows with
how many have their day, never with how many customers there are. A second run, or a run after days
of silence, records nothing twice and misses nobody within the window.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import Min, Q, QuerySet

from core.events.models import EventRow
from core.events.spine import Fact, record_all
from core.events.wiring import News
from core.stores.models import Store
from core.stores.scope import store_scope
from orders.events import CustomerAnniversaryNeared, CustomerBirthdayNeared
from orders.models import Customer
from orders.occasions import is_settled, occurrence_in

LEAD_DAYS = 7
BATCH = 500
OLDEST_ACCOUNT_YEARS = 40

Occasion = tuple[int, str, News]  # customer id, event key, what neared


def near_birthdays(*, store: Store, now: datetime) -> int:
    """Record ``customer.birthday_neared`` for the coming days; how many were new."""
    with store_scope(store.pk):
        days = _days_ahead(store=store, now=now)
        wanted = Q()
        for month, day in {(on.month, on.day) for on in days} | _leap_day(days):
            wanted |= Q(birthday_month=month, birthday_day=day)
        people = _living().filter(wanted).iterator(chunk_size=BATCH)
        return _record_new(
            store=store, now=now, occasions=_birthdays(people=people, days=days, store=store)
        )


def near_anniversaries(*, store: Store, now: datetime) -> int:
    """Record ``customer.anniversary_neared`` for the coming days; how many were new."""
    with store_scope(store.pk):
        days = _days_ahead(store=store, now=now)
        first = _living().aggregate(first=Min("account_created_on"))["first"]
        if first is None:
            return 0
        # Exact dates of past years, so that a plain index on the date serves; no more years than
        # the shop has, or the database would rather read through all its people.
        wanted = [day for on in days for day in _same_day_in_the_past(on) if day >= first]
        people = _living().filter(account_created_on__in=wanted).iterator(chunk_size=BATCH)
        return _record_new(store=store, now=now, occasions=_anniversaries(people=people, days=days))


def _living() -> QuerySet[Customer]:
    return Customer.objects.filter(merged_into__isnull=True, erased_at__isnull=True)


def _days_ahead(*, store: Store, now: datetime) -> list[date]:
    today = now.astimezone(store.zone).date()
    return [today + timedelta(days=ahead) for ahead in range(LEAD_DAYS + 1)]


def _leap_day(days: list[date]) -> set[tuple[int, int]]:
    """29 February as well, where its stand-in lies among `days`."""
    return {(2, 29) for on in days if occurrence_in(year=on.year, month=2, day=29) == on}


def _same_day_in_the_past(on: date) -> list[date]:
    dates = []
    for years in range(1, OLDEST_ACCOUNT_YEARS + 1):
        day = occurrence_in(year=on.year - years, month=on.month, day=on.day)
        if day:
            dates.append(day)
        if (on.month, on.day) == (2, 28) and occurrence_in(year=on.year, month=2, day=29) == on:
            leap_day = occurrence_in(year=on.year - years, month=2, day=29)
            if leap_day and leap_day.day == 29:
                dates.append(leap_day)
    return dates


def _birthdays(*, people: Iterable[Customer], days: list[date], store: Store) -> Iterator[Occasion]:
    for person in people:
        for on in days:
            kept = occurrence_in(
                year=on.year, month=person.birthday_month or 0, day=person.birthday_day or 0
            )
            if kept == on and is_settled(
                on=on, entered_at=person.birthday_entered_at, zone=store.zone
            ):
                yield (
                    person.pk,
                    f"{person.pk}:{on.year}",
                    CustomerBirthdayNeared(customer_id=person.pk, on=on.isoformat()),
                )


def _anniversaries(*, people: Iterable[Customer], days: list[date]) -> Iterator[Occasion]:
    for person in people:
        began = person.account_created_on
        for on in days:
            if began and occurrence_in(year=on.year, month=began.month, day=began.day) == on:
                years = on.year - began.year
                yield (
                    person.pk,
                    f"{person.pk}:{years}",
                    CustomerAnniversaryNeared(
                        customer_id=person.pk, on=on.isoformat(), years=years
                    ),
                )


def _record_new(*, store: Store, now: datetime, occasions: Iterator[Occasion]) -> int:
    """Record what is not yet recorded, a batch a transaction."""
    new = 0
    while batch := list(islice(occasions, BATCH)):
        known = set(
            EventRow.objects.filter(
                name=batch[0][2].name, key__in=[key for _, key, _ in batch]
            ).values_list("key", flat=True)
        )
        facts = [
            Fact(news=news, subject=f"customer:{customer_id}", key=key, occurred_at=now)
            for customer_id, key, news in batch
            if key not in known
        ]
        if facts:
            with transaction.atomic():
                new += len(record_all(facts=facts, store_id=store.pk, origin="live", now=now))
    return new
