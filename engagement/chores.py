"""Everything periodic, on one page. Beat and the embedded loop call the very same functions.

Each run takes a slot in the `Tick` table first, so that any number of schedulers run a chore once.
The chores themselves bear being run twice: the slot saves work, it does not carry correctness.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from django.db import IntegrityError, transaction

from core.clock import now as store_now
from core.clock import real_now
from core.events.spine import run_due
from core.limits.take import forget_old
from core.stores.models import Store
from core.stores.scope import every_store, store_scope
from engagement.beat import EVERY_SECONDS
from engagement.flows.operations.watch_floods import watch_floods
from engagement.messages.models import Lane, Tick
from engagement.messages.operations.dispatch import dispatch
from engagement.messages.operations.reap import reap
from engagement.messages.operations.resolve_uncertain import resolve_uncertain
from orders.operations.blank_notices import blank_notices
from orders.operations.near_occasions import near_anniversaries, near_birthdays
from orders.operations.process_notices import process_due
from orders.operations.watch_delays import watch_delays

log = structlog.get_logger(__name__)

DRAIN_SECONDS = 50  # far below the broker's visibility timeout
KEEP_TICKS = timedelta(days=3)
KEEP_LIMITS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Chore:
    """One periodic job: its name, how often it runs, and what it calls."""

    name: str
    every_seconds: int
    run: Callable[[], int]


def work_notices(*, seconds: float = DRAIN_SECONDS) -> int:
    """Read waiting notices until none is due or the time is up."""
    return _until_done(process_due, seconds=seconds)


def run_reactions(*, seconds: float = DRAIN_SECONDS) -> int:
    """Run owed reactions until none is due or the time is up."""
    return _until_done(run_due, seconds=seconds)


def send_due(*, seconds: float = DRAIN_SECONDS) -> int:
    """Send what is due. Order news goes first, and again between any two batches of marketing."""

    def one_round() -> int:
        return dispatch(lane=Lane.TRANSACTIONAL) or dispatch(lane=Lane.MARKETING)

    return _until_done(one_round, seconds=seconds)


def plan_calendar() -> int:
    """Birthdays and anniversaries, once per store and local day."""
    found = 0
    for store in Store.objects.all():
        now = store_now(store)
        local_day = now.astimezone(store.zone).date()
        slot = datetime.combine(local_day, datetime.min.time(), tzinfo=UTC)
        if not take_slot(name=f"calendar:{store.pk}", slot=slot):
            continue
        found += near_birthdays(store=store, now=now) + near_anniversaries(store=store, now=now)
    return found


def find_delays() -> int:
    """Orders that will be late, store by store."""
    found = 0
    for store in Store.objects.all():
        with store_scope(store.pk):
            found += watch_delays(store=store, now=store_now(store))
    return found


def reap_leases() -> int:
    """Give back what dead workers held."""
    return sum(reap(now=real_now()))


def resolve() -> int:
    """Settle mails of which it is unclear whether they arrived."""
    done = resolve_uncertain(now=real_now())
    return done.sent + done.again + done.given_up


def pause_floods() -> int:
    """Pause flows that plan far more than they ever did; how many were paused."""
    return len(watch_floods(now=real_now()))


def sweep_out() -> int:
    """Blank old request bodies; drop old ticks and spent limits."""
    done = forget_old(before=real_now() - KEEP_LIMITS)
    for store in Store.objects.all():
        with store_scope(store.pk):
            done += blank_notices(store_id=store.pk, now=store_now(store))
    dropped, _ = Tick.objects.filter(slot__lt=real_now() - KEEP_TICKS).delete()
    return done + dropped


CHORES: tuple[Chore, ...] = (
    Chore("notices", EVERY_SECONDS["notices"], work_notices),
    Chore("reactions", EVERY_SECONDS["reactions"], run_reactions),
    Chore("dispatch", EVERY_SECONDS["dispatch"], send_due),
    Chore("reap", EVERY_SECONDS["reap"], reap_leases),
    Chore("resolve", EVERY_SECONDS["resolve"], resolve),
    Chore("floods", EVERY_SECONDS["floods"], pause_floods),
    Chore("delays", EVERY_SECONDS["delays"], find_delays),
    Chore("calendar", EVERY_SECONDS["calendar"], plan_calendar),
    Chore("sweep_out", EVERY_SECONDS["sweep_out"], sweep_out),
)
BY_NAME = {chore.name: chore for chore in CHORES}

# What a hint wakes (core.wake): lane to chore.
LANES = {"notices": work_notices, "reactions": run_reactions, "outbox": send_due}


def slot_of(*, moment: datetime, every_seconds: int) -> datetime:
    """The slot that `moment` lies in, in UTC."""
    seconds = int(moment.timestamp())
    return datetime.fromtimestamp(seconds - seconds % every_seconds, UTC)


def take_slot(*, name: str, slot: datetime) -> bool:
    """Take one slot of a chore; false when somebody else has it."""
    try:
        with transaction.atomic():
            Tick.objects.create(name=name, slot=slot, taken_at=real_now())
    except IntegrityError:
        return False
    return True


def run_chore(*, name: str, now: datetime) -> int | None:
    """Run a chore if its slot of `now` is still free; None when it was taken."""
    chore = BY_NAME[name]
    slot = slot_of(moment=now, every_seconds=chore.every_seconds)
    if not take_slot(name=name, slot=slot):
        return None
    done = run_now(chore)
    Tick.objects.filter(name=name, slot=slot).update(ended_at=real_now())
    return done


def run_now(chore: Chore) -> int:
    """Run a chore whatever its slot; a failure is logged and told as nothing done."""
    try:
        with every_store():
            return chore.run()
    except Exception as error:
        log.exception("chore_failed", chore=chore.name, error=type(error).__name__)
        return 0


def _until_done(one_round: Callable[[], int], *, seconds: float) -> int:
    """Call `one_round` until it does nothing or `seconds` have passed; the sum of its answers."""
    ends = time.monotonic() + seconds
    total = 0
    while done := one_round():
        total += done
        if time.monotonic() >= ends:
            break
    return total
