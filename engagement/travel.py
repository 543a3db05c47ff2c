"""Moving a demo store's clock: the real engine, stop by stop, with every stop's work done.

Only stores marked as demos move, and only forward; everything below them runs unchanged, because
the clock is handed in. Leases, retries and rate limits stay on machine time.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from core.clock import now as store_now
from core.events.spine import drain
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.messages.models import Outbox, ProviderAccount
from engagement.messages.operations.dispatch import drain_outbox
from engagement.messages.operations.forget_receipts import forget_receipts
from orders.models import Order, PrivacyRequest
from orders.operations.carry_out_demands import carry_out_demands
from orders.operations.near_occasions import LEAD_DAYS, near_anniversaries, near_birthdays
from orders.operations.notice_silence import notice_silence
from orders.operations.process_notices import drain_notices
from orders.operations.watch_delays import watch_delays

# Occasions are found LEAD_DAYS ahead, so looking this often on the way misses none.
CALENDAR_STRIDE = timedelta(days=LEAD_DAYS - 2)
LOCAL_MAILBOX = "engagement.messages.localbox.backend.EmailBackend"


class CannotTravel(Exception):
    """This store's clock may not be moved so. The message says why."""


def travel(
    *, store: Store, to: datetime, on_stop: Callable[[datetime, int], None] | None = None
) -> int:
    """Move the store's clock forward to `to`, doing all work that falls due on the way.

    `on_stop` is told each stop and how many mails left there. Returns the mails sent altogether.
    Raises `CannotTravel` for a store that is no demo, one that sends to real people, or a `to` that
    lies in its past.
    """
    guard(store=store, to=to)
    near_occasions(store=store)
    sent = work(store=store)
    look_ahead = store_now(store) + CALENDAR_STRIDE
    while (now := store_now(store)) < to:
        stop = min(next_stop(store=store, after=now) or to, look_ahead, to)
        move_clock(store=store, to=stop)
        if stop >= look_ahead:
            near_occasions(store=store)
            look_ahead = stop + CALENDAR_STRIDE
        here = work(store=store)
        sent += here
        if on_stop:
            on_stop(stop, here)
    return sent


def guard(*, store: Store, to: datetime) -> None:
    """Raise `CannotTravel` unless the store may be moved to `to`."""
    if not store.is_demo:
        raise CannotTravel(f"{store.name} is a real shop; only demo stores move their clock.")
    if settings.EMAIL_BACKEND != LOCAL_MAILBOX:
        raise CannotTravel(
            "Mails would leave this machine. A moved clock works with the local mailbox only; "
            "unset EMAIL_URL and EMAIL_BACKEND."
        )
    with store_scope(store.pk):
        if ProviderAccount.objects.exclude(backend__in=["", LOCAL_MAILBOX]).exists():
            raise CannotTravel(f"{store.name} has a sending account of its own; remove it first.")
    now = store_now(store)
    if to <= now:
        raise CannotTravel(
            f"It is already {now:%Y-%m-%d %H:%M} UTC in {store.name}; time never goes back."
        )


def move_clock(*, store: Store, to: datetime) -> None:
    """Set the store's clock to `to`; never back."""
    offset = store.clock_offset + max(to - store_now(store), timedelta())
    Store.objects.filter(pk=store.pk, is_demo=True).update(clock_offset=offset)
    store.clock_offset = offset


def near_occasions(*, store: Store) -> int:
    """Birthdays and anniversaries of the coming days; how many were new."""
    now = store_now(store)
    found = near_birthdays(store=store, now=now) + near_anniversaries(store=store, now=now)
    return found + notice_silence(store=store, now=now)


def work(*, store: Store) -> int:
    """Everything that is due in the store at its present time; how many mails left."""
    sent = 0
    while True:
        drain_notices(only_store=store.pk)
        with store_scope(store.pk):
            watch_delays(store=store, now=store_now(store))
            carry_out_demands(store_id=store.pk, now=store_now(store))
        drain(only_store=store.pk)
        left = drain_outbox(only_store=store.pk)
        if not left:
            with store_scope(store.pk):
                forget_receipts(store_id=store.pk, now=store_now(store))
            return sent
        sent += left


def next_stop(*, store: Store, after: datetime) -> datetime | None:
    """The next moment at which a mail, a delay check or an erasure falls due; None when nothing is."""
    with store_scope(store.pk):
        mail = (
            Outbox.objects.filter(state=Outbox.State.PLANNED, due_at__gt=after)
            .order_by("due_at")
            .values_list("due_at", flat=True)
            .first()
        )
        check = (
            Order.objects.filter(delay_check_at__gt=after)
            .order_by("delay_check_at")
            .values_list("delay_check_at", flat=True)
            .first()
        )
        demand = (
            PrivacyRequest.objects.filter(
                starts_at__gt=after, done_at__isnull=True, called_off_at__isnull=True
            )
            .order_by("starts_at")
            .values_list("starts_at", flat=True)
            .first()
        )
    return min((moment for moment in (mail, check, demand) if moment), default=None)
