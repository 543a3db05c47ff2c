"""A new sending domain begins slowly: receivers distrust a stranger who writes to thousands (E19).

Marketing keeps to 200 mails on the first day and to twice the best earlier day afterwards. Order news
is never held back; it counts, since receivers see it, too. Days are UTC.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from core.stores.models import Store
from engagement.messages.models import DomainStanding, Message

FIRST_DAY = 200
TRUSTED_AT = 50_000
"""Who has sent so many on one day is no stranger any more."""
KNOWN_AFTER = timedelta(days=14)


@dataclass(slots=True)
class Share:
    """What a batch may take of today. `standing` is None where the domain is warm."""

    allowed: int
    standing: DomainStanding | None = None
    booked: int = 0

    def book(self, mails: int) -> None:
        """Reserve `mails` of today, in the transaction that claims them."""
        if self.standing is not None and mails:
            self.booked = mails
            _add(self.standing, mails)

    def settle(self, handed: int) -> None:
        """What was handed over counts; what was reserved beyond it is free again."""
        if self.standing is not None and handed != self.booked:
            _add(self.standing, handed - self.booked)
            self.booked = handed


def domain_of(store: Store) -> str:
    """The domain that receivers see in the From of this store's mails."""
    address = store.sender_email or settings.DEFAULT_FROM_EMAIL
    return address.rpartition("@")[2].strip("> ").lower()


def standing_of(*, store: Store, machine_now: datetime) -> DomainStanding:
    """The standing of the store's sending domain, made when it first sends, anew for a new domain.

    A store that has sent mails for two weeks already is taken as known.
    """
    domain = domain_of(store)
    standing = DomainStanding.objects.filter(store=store).first()
    if standing is not None and standing.domain == domain:
        return standing
    now = machine_now + store.clock_offset
    long_ago = now - KNOWN_AFTER
    known = (
        standing is None
        and Message.objects.filter(status=Message.Status.SENT, handed_at__lt=long_ago).exists()
    )
    fresh = {
        "domain": domain,
        "counts_from": now if standing is not None else long_ago,
        "warming_since": None if known else machine_now.date(),
        "day": machine_now.date(),
        "handed_today": 0,
        "best_day": 0,
    }  # a breaker that is open stays open: another domain is no way around it
    return DomainStanding.objects.update_or_create(store=store, defaults=fresh)[0]


def allowance(*, best_day: int) -> int:
    """Mails allowed on a day after one with `best_day`: 200, or twice as many."""
    return max(FIRST_DAY, 2 * best_day)


def share_of_today(*, store: Store, want: int, machine_now: datetime) -> Share:
    """How many of `want` mails may go today, with the row locked while the domain warms up."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("share_of_today() belongs inside the transaction that claims.")
    standing = standing_of(store=store, machine_now=machine_now)
    if standing.warming_since is None:
        return Share(allowed=want)
    standing = DomainStanding.objects.select_for_update().get(pk=standing.pk)
    today = machine_now.date()
    if standing.day != today:
        standing.best_day = max(standing.best_day, standing.handed_today)
        standing.day, standing.handed_today = today, 0
        if standing.best_day >= TRUSTED_AT:
            standing.warming_since = None
        standing.save(update_fields=["best_day", "day", "handed_today", "warming_since"])
    left = allowance(best_day=standing.best_day) - standing.handed_today
    return Share(allowed=min(want, max(0, left)), standing=standing)


def _add(standing: DomainStanding, mails: int) -> None:
    rows = DomainStanding.objects.filter(pk=standing.pk, day=standing.day)
    if mails < 0:
        rows = rows.filter(handed_today__gte=-mails)
    rows.update(handed_today=F("handed_today") + mails)
