"""Live through a story: move the store's clock to each happening, post it, do the work that follows.

The work is the engine's own. Unlike `engagement.travel`, which looks at everything at every stop, this
walk knows what can have become due, and takes together what lies close together: a year of two shops
in minutes.
"""

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta

from django.db import transaction

from core.clock import now as store_now
from core.clock import real_now
from core.events import spine
from core.events.models import PendingReaction
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.demo.doors import Doors
from engagement.demo.voices import VOICES
from engagement.demo.world import Happening, Shop
from engagement.messages.models import Lane, Outbox
from engagement.messages.operations.dispatch import dispatch
from engagement.travel import guard, move_clock, near_occasions, next_stop
from orders.operations.process_notices import drain_notices, process_due
from orders.operations.watch_delays import watch_delays

STEP = timedelta(minutes=15)
MAIL_STEP = timedelta(minutes=40)  # mails that fall due so close together leave in one batch
BATCH = 500
LOOK_AHEAD_DAYS = 4  # birthdays are found a week ahead, so this misses none


def live_through(
    *,
    store: Store,
    shop: Shop,
    doors: Doors,
    story: Iterable[Happening],
    until: datetime,
    tell: Callable[[datetime], None],
) -> None:
    """From the first happening of `story` to `until`; `tell` hears of each moment reached.

    Raises `engagement.travel.CannotTravel` where mails would leave the machine.
    """
    guard(store=store, to=until)
    near_occasions(store=store)
    voice = VOICES[shop.voice]
    waiting = deque(story)
    while waiting:
        _let_time_pass(store=store, to=waiting[0].at, tell=tell)
        ends = waiting[0].at + STEP
        together: list[Happening] = []
        while waiting and waiting[0].at < ends:
            together.append(waiting.popleft())
        # One commit for all that databases do between two mails; sending commits for itself.
        with transaction.atomic():
            move_clock(store=store, to=together[-1].at)
            posts = (post for one in together for post in voice(one, shop=shop))
            doors.post(posts, now=store_now(store))
            process_due(only_store=store.pk, limit=BATCH)
            _react(store=store)
        _send(store=store)
    drain_notices(only_store=store.pk)
    _let_time_pass(store=store, to=until, tell=tell)


def settle(*, store: Store) -> None:
    """Do at once what is owed and due."""
    with transaction.atomic():
        _react(store=store)
    _send(store=store)


def _let_time_pass(*, store: Store, to: datetime, tell: Callable[[datetime], None]) -> None:
    """Up to `to`: planned mails, late parcels, and every few days the calendar."""
    while (now := store_now(store)) < to:
        look_ahead = datetime.combine(now.date(), time(2), tzinfo=now.tzinfo) + timedelta(
            days=LOOK_AHEAD_DAYS - now.toordinal() % LOOK_AHEAD_DAYS
        )
        due = next_stop(store=store, after=now)
        stop = min(due + MAIL_STEP if due else to, look_ahead, to)
        with transaction.atomic():
            move_clock(store=store, to=stop)
            now = store_now(store)
            if now >= look_ahead:
                near_occasions(store=store)
            with store_scope(store.pk):
                watch_delays(store=store, now=now)
            _react(store=store)
        _send(store=store)
        tell(now)


def _react(*, store: Store) -> None:
    """Run what is owed to the latest events, and to the events that these record."""
    while _is_owed(store=store):
        spine.run_due(only_store=store.pk, limit=BATCH)


def _is_owed(*, store: Store) -> bool:
    with store_scope(store.pk):
        return PendingReaction.objects.filter(
            status=PendingReaction.Status.PENDING, due_at__lte=real_now()
        ).exists()


def _send(*, store: Store) -> None:
    """Send what is due, order news first."""
    with store_scope(store.pk):
        lanes = list(
            Outbox.objects.filter(state=Outbox.State.PLANNED, due_at__lte=store_now(store))
            .order_by("lane")
            .values_list("lane", flat=True)
            .distinct()
        )
    for lane in lanes:
        dispatch(lane=Lane(lane), limit=BATCH, only_store=store.pk)
