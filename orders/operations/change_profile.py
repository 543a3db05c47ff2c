"""A customer says themselves who they are: name, phone, language, birthday."""

from datetime import date, datetime, timedelta

from django.db import transaction

from orders.models import Customer
from orders.occasions import occurrence_in

BIRTHDAY_STAYS = timedelta(days=365)
"""A birthday can be changed once a year: nobody has a gift every month."""


class NotADay(Exception):
    """There is no such day in any year, or it lies ahead."""


class BirthdayStays(Exception):
    """It was changed less than a year ago."""


def change_profile(
    *, customer: Customer, first_name: str, last_name: str, phone: str, language: str, now: datetime
) -> None:
    """Write what they said; newer news of the shop may say otherwise later. Inside the store's scope."""
    with transaction.atomic():
        row = Customer.objects.select_for_update().get(pk=customer.pk)
        row.first_name, row.last_name = first_name.strip()[:120], last_name.strip()[:120]
        row.phone, row.language = phone.strip()[:40], language
        row.source_updated_at = max(now, row.source_updated_at or now)
        row.save(
            update_fields=["first_name", "last_name", "phone", "language", "source_updated_at"]
        )


def change_birthday(
    *, customer: Customer, day: int, month: int, year: int | None, now: datetime
) -> None:
    """Write the birthday of somebody who has proved whose mailbox they read: it counts as verified.

    Entered less than thirty days before, it counts from next year on (`orders.occasions`). Raises
    `NotADay`, `BirthdayStays`. Inside the store's scope.
    """
    on = occurrence_in(year=year or 2000, month=month, day=day)
    if on is None or (year is not None and not date(1900, 1, 1) <= on <= now.date()):
        raise NotADay
    with transaction.atomic():
        row = Customer.objects.select_for_update().get(pk=customer.pk)
        same = (row.birthday_day, row.birthday_month) == (day, month)
        entered = row.birthday_entered_at
        if row.birthday_verified and not same and entered and entered > now - BIRTHDAY_STAYS:
            raise BirthdayStays
        row.birthday_day, row.birthday_month = day, month
        row.birthday_year = year or (row.birthday_year if same else None)
        row.birthday_verified = True
        if not same or entered is None:
            row.birthday_entered_at = now
        row.save(
            update_fields=[
                *("birthday_day", "birthday_month", "birthday_year"),
                *("birthday_verified", "birthday_entered_at"),
            ]
        )
