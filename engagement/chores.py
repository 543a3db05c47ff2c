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
from core.ledger.recount import differences
from core.limits.take import forget_old
from core.stopping import is_asked_to_stop
from core.stores.models import Store
from core.stores.scope import every_store, store_scope
from core.trouble import trouble
from engagement.beat import EVERY_SECONDS
from engagement.flows.operations.follow_feeds import read_due_feeds
from engagement.flows.operations.follow_zones import follow_zones
from engagement.flows.operations.give_vouchers import take_back_unsent
from engagement.flows.operations.install_flows import install_flows
from engagement.flows.operations.replan import replan_asked
from engagement.flows.operations.run_campaign import work_campaigns
from engagement.flows.operations.send_digests import send_digests
from engagement.flows.operations.watch_floods import watch_floods
from engagement.guides.operations.print_inserts import KEPT, forget_inserts, print_part
from engagement.messages.models import Lane, Pace, Tick
from engagement.messages.operations.dispatch import dispatch
from engagement.messages.operations.forget_receipts import forget_receipts
from engagement.messages.operations.reap import reap
from engagement.messages.operations.resolve_uncertain import resolve_uncertain
from engagement.messages.operations.watch_standing import watch_standing
from engagement.portal.operations.forget_logins import forget_logins
from orders.operations.activate_vouchers import drop_set_aside
from orders.operations.blank_notices import blank_notices
from orders.operations.carry_out import blank_commands, carry_out_due
from orders.operations.carry_out_demands import carry_out_demands
from orders.operations.expire_credit import expire_credit
from orders.operations.near_occasions import near_anniversaries, near_birthdays
from orders.operations.notice_silence import notice_silence
from orders.operations.process_notices import process_due
from orders.operations.reconcile import reconcile
from orders.operations.watch_claims import near_ends, watch_claims
from orders.operations.watch_delays import watch_delays

log = structlog.get_logger(__name__)

# One lane's turn. Short, so that a long queue of one lane keeps no other waiting: a worker that
# still found work asks for its next turn behind the others'.
TURN_SECONDS = 5
REPLAN_SECONDS = 4  # and then it is order news' turn again, where one thread does everything
KEEP_TICKS = timedelta(days=3)
KEEP_LIMITS = timedelta(days=1)
KEEP_PACE = timedelta(days=1)
CLOCKS_AGREE = timedelta(minutes=1)
"""Hosts under NTP lie closer together. What lies further ahead was written before a clock was put
back."""


@dataclass(frozen=True, slots=True)
class Chore:
    """One periodic job: its name, how often it runs, and what it calls."""

    name: str
    every_seconds: int
    run: Callable[[], int]


def work_notices(*, seconds: float = TURN_SECONDS) -> int:
    """Read waiting notices until none is due or the time is up."""
    return _until_done(process_due, seconds=seconds)


def run_reactions(*, seconds: float = TURN_SECONDS) -> int:
    """Run owed reactions until none is due or the time is up."""
    return _until_done(run_due, seconds=seconds)


def send_due(*, seconds: float = TURN_SECONDS) -> int:
    """Send what is due. Order news goes first, and again between any two batches of marketing."""

    def one_round() -> int:
        return dispatch(lane=Lane.TRANSACTIONAL, should_stop=is_asked_to_stop) or dispatch(
            lane=Lane.MARKETING, should_stop=is_asked_to_stop
        )

    return _until_done(one_round, seconds=seconds)


def carry_out_commands(*, seconds: float = TURN_SECONDS) -> int:
    """Have done in shops' systems what is due there."""
    return _until_done(carry_out_due, seconds=seconds)


def plan_calendar() -> int:
    """Birthdays, anniversaries and silences, once per store and local day."""
    found = 0
    for store in Store.objects.all():
        now = store_now(store)
        local_day = now.astimezone(store.zone).date()
        slot = datetime.combine(local_day, datetime.min.time(), tzinfo=UTC)
        if not take_slot(name=f"calendar:{store.pk}", slot=slot):
            continue
        install_flows(store=store, now=now)  # an update may have brought new ones
        found += near_birthdays(store=store, now=now) + near_anniversaries(store=store, now=now)
        found += notice_silence(store=store, now=now)
    return found


def find_delays() -> int:
    """Orders that will be late, store by store."""
    found = 0
    for store in Store.objects.all():
        with store_scope(store.pk):
            found += watch_delays(store=store, now=store_now(store))
    return found


def look_at_claims() -> int:
    """Claims that are overdue and guarantees that end soon, store by store."""
    found = 0
    for store in Store.objects.all():
        now = store_now(store)
        found += watch_claims(store=store, now=now) + near_ends(store=store, now=now)
    return found


def print_inserts(*, seconds: float = TURN_SECONDS) -> int:
    """Print inserts that wait, a part at a time."""
    return _until_done(
        lambda: int(print_part(now=real_now(), machine_now=real_now())), seconds=seconds
    )


def meet_demands() -> int:
    """Exports and erasures whose time has come, store by store."""
    done = 0
    for store in Store.objects.all():
        with store_scope(store.pk):
            now = store_now(store)
            done += carry_out_demands(store_id=store.pk, now=now) + forget_receipts(
                store_id=store.pk, now=now
            )
    return done


def ask_shops() -> int:
    """What webhooks missed, store by store; how many orders."""
    missed = 0
    for store in Store.objects.all():
        with store_scope(store.pk):
            missed += reconcile(store=store, now=store_now(store))
    return missed


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


def watch_domains() -> int:
    """Stop stores whose mails bounce or are called spam too often; how many were stopped."""
    return watch_standing(now=real_now())


def replan_flows() -> int:
    """Bring planned mails in line with flows that were changed or switched."""
    return replan_asked(seconds=REPLAN_SECONDS)


def go_on_with_campaigns() -> int:
    """Plan, end and close campaigns, a slice of each in turn."""
    return work_campaigns(seconds=REPLAN_SECONDS)


def follow_feeds() -> int:
    """Read the shops' feeds whose time has come, and make the digests of today."""
    return read_due_feeds(seconds=REPLAN_SECONDS, now=real_now()) + send_digests()


def look_at_zones() -> int:
    """Have everything replanned after the rules of time zones have changed; how many flows."""
    return follow_zones(now=real_now())


def sweep_out() -> int:
    """Blank old request bodies; drop old ticks, paces, spent limits, vouchers that no mail took along,
    and logins that are over."""
    done = forget_old(before=real_now() - KEEP_LIMITS)
    for store in Store.objects.all():
        with store_scope(store.pk):
            now = store_now(store)
            done += blank_notices(store_id=store.pk, now=now)
            done += blank_commands(now=real_now())
            done += forget_inserts(before=now - KEPT)
            done += take_back_unsent(now=now) + drop_set_aside(now=now)
    dropped, _ = Tick.objects.filter(slot__lt=real_now() - KEEP_TICKS).delete()
    forgotten, _ = Pace.objects.filter(at__lt=real_now() - KEEP_PACE).delete()
    with every_store():
        over = forget_logins(now=real_now())
    return done + dropped + forgotten + over


def end_old_credit() -> int:
    """Store credit that was not used in time."""
    done = 0
    for store in Store.objects.all():
        with store_scope(store.pk):
            done += expire_credit(store=store, now=store_now(store))
    return done


def recount_ledgers() -> int:
    """Work every balance out again once a day; how many differ. Each is logged as an error."""
    wrong = 0
    for store in Store.objects.all():
        with store_scope(store.pk):
            for one in differences(store_id=store.pk):
                log.error("ledger_differs", store=store.slug, difference=str(one))
                wrong += 1
    return wrong


CHORES: tuple[Chore, ...] = (
    Chore("notices", EVERY_SECONDS["notices"], work_notices),
    Chore("reactions", EVERY_SECONDS["reactions"], run_reactions),
    Chore("dispatch", EVERY_SECONDS["dispatch"], send_due),
    Chore("commands", EVERY_SECONDS["commands"], carry_out_commands),
    Chore("reap", EVERY_SECONDS["reap"], reap_leases),
    Chore("resolve", EVERY_SECONDS["resolve"], resolve),
    Chore("floods", EVERY_SECONDS["floods"], pause_floods),
    Chore("standing", EVERY_SECONDS["standing"], watch_domains),
    Chore("replan", EVERY_SECONDS["replan"], replan_flows),
    Chore("campaigns", EVERY_SECONDS["campaigns"], go_on_with_campaigns),
    Chore("feeds", EVERY_SECONDS["feeds"], follow_feeds),
    Chore("delays", EVERY_SECONDS["delays"], find_delays),
    Chore("claims", EVERY_SECONDS["claims"], look_at_claims),
    Chore("inserts", EVERY_SECONDS["inserts"], print_inserts),
    Chore("demands", EVERY_SECONDS["demands"], meet_demands),
    Chore("reconcile", EVERY_SECONDS["reconcile"], ask_shops),
    Chore("calendar", EVERY_SECONDS["calendar"], plan_calendar),
    Chore("sweep_out", EVERY_SECONDS["sweep_out"], sweep_out),
    Chore("credit", EVERY_SECONDS["credit"], end_old_credit),
    Chore("recount", EVERY_SECONDS["recount"], recount_ledgers),
    Chore("zones", EVERY_SECONDS["zones"], look_at_zones),
)
BY_NAME = {chore.name: chore for chore in CHORES}

# What a hint wakes (core.wake): lane to chore.
LANES = {
    "notices": work_notices,
    "reactions": run_reactions,
    "outbox": send_due,
    "commands": carry_out_commands,
    "inserts": print_inserts,
}


def slot_of(*, moment: datetime, every_seconds: int) -> datetime:
    """The slot that `moment` lies in, in UTC."""
    seconds = int(moment.timestamp())
    return datetime.fromtimestamp(seconds - seconds % every_seconds, UTC)


def take_slot(*, name: str, slot: datetime) -> bool:
    """Take one slot of a chore; false when somebody else has it.

    A slot that was taken in what is the future now counts as free: else a clock that was wrong and
    has been put right would stop every chore until it has caught up.
    """
    now = real_now()
    try:
        with transaction.atomic():
            Tick.objects.create(name=name, slot=slot, taken_at=now)
    except IntegrityError:
        ahead = Tick.objects.filter(name=name, slot=slot, taken_at__gt=now + CLOCKS_AGREE)
        return bool(ahead.update(taken_at=now, ended_at=None))
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
        if why := trouble(error):
            log.error("chore_put_off", chore=chore.name, why=why)
        else:
            log.exception("chore_failed", chore=chore.name, error=type(error).__name__)
        return 0


def _until_done(one_round: Callable[[], int], *, seconds: float) -> int:
    """Call `one_round` until it does nothing, `seconds` have passed, or the worker is to stop; the
    sum of its answers."""
    ends = time.monotonic() + seconds
    total = 0
    while done := one_round():
        total += done
        if is_asked_to_stop() or time.monotonic() >= ends:
            break
    return total
