"""The spine: `record` what happened, and run what follows from it.

`record` writes the event and one pending row per wired reaction in the caller's transaction. After
commit a hint wakes `run_due`; a sweep on beat finds whatever the hint missed. Each reaction is run
and marked done in one transaction of its own, fenced by a token, so that a crash anywhere leaves it
either wholly done or still owed.
"""

import random
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, transaction
from django.db.models import F, Q

from core.clock import now as store_now
from core.clock import real_now
from core.events.event import Origin
from core.events.models import EventRow, PendingReaction
from core.events.wiring import News, reactions_by_name, reactions_to
from core.fair_share import ROWS_A_PASS, fair_share, in_turns
from core.patience import work_lease
from core.stopping import is_asked_to_stop
from core.stores.models import Store
from core.stores.plain import change
from core.stores.scope import every_store, store_scope
from core.trouble import trouble
from core.wake import wake_on_commit

log = structlog.get_logger(__name__)

STILL_LIVE = timedelta(hours=48)  # older news is history, whoever tells it
MAX_CLAIMS = 3  # so many workers died over it: it is poison
# W8 of the reliability rules: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h.
RETRY_AFTER_SECONDS = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened. `key` makes the occurrence the only one of its name in the store."""

    news: News
    subject: str
    key: str
    occurred_at: datetime


def record(
    *,
    news: News,
    store_id: int,
    subject: str,
    key: str,
    occurred_at: datetime,
    origin: Origin,
    now: datetime,
) -> EventRow | None:
    """Record that `news` happened, with a pending row per reaction wired to it.

    Must be called inside the transaction of the change it reports. `key` makes the occurrence the
    only one of its name in the store: a second call with the same key writes nothing and returns
    None. `now` is the store's time.
    """
    fact = Fact(news=news, subject=subject, key=key, occurred_at=occurred_at)
    return next(iter(record_all(facts=[fact], store_id=store_id, origin=origin, now=now)), None)


def record_all(
    *, facts: Sequence[Fact], store_id: int, origin: Origin, now: datetime
) -> list[EventRow]:
    """`record` for several facts at once, in their order; the events that were new.

    Two statements whatever the number: one for the events, one for the reactions owed to them.
    Fresh live news of what only a file had told so far counts as new: an export that was faster
    than the hook must not cost anybody their confirmation.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("record() belongs inside the transaction of the change it reports.")
    rows = [
        EventRow(
            store_id=store_id,
            name=fact.news.name,
            key=fact.key,
            subject=fact.subject,
            payload=asdict(fact.news),  # type: ignore[call-overload]
            origin=origin,
            occurred_at=fact.occurred_at,
            recorded_at=now,
        )
        for fact in facts
    ]
    new = EventRow.objects.insert_new(rows, key=("name", "key"))
    if origin == "live" and len(new) < len(rows):
        new += _brought_to_life(rows=[row for row in rows if row not in new], now=now)
    due_at = real_now()
    owed = [
        PendingReaction(store_id=store_id, event=row, reaction=name, due_at=due_at)
        for row in new
        for name in reactions_to(row.name, origin=origin)
    ]
    if owed:
        PendingReaction.objects.insert_new(owed, key=("event_id", "reaction"))
        wake_on_commit("reactions")
    return new


def _brought_to_life(*, rows: Sequence[EventRow], now: datetime) -> list[EventRow]:
    """Events known from a file only, and fresh enough to act upon: live from now on."""
    wanted = {(row.name, row.key) for row in rows if row.occurred_at > now - STILL_LIVE}
    if not wanted:
        return []
    told = EventRow.objects.select_for_update().filter(
        store_id=rows[0].store_id,
        origin=EventRow.Origin.IMPORT,
        name__in={name for name, _ in wanted},
        key__in={key for _, key in wanted},
    )
    alive = [row for row in told if (row.name, row.key) in wanted]
    EventRow.objects.filter(pk__in=[row.pk for row in alive]).update(origin=EventRow.Origin.LIVE)
    return alive


def run_due(*, limit: int = ROWS_A_PASS, only_store: int | None = None) -> int:
    """Claim up to `limit` due reactions of any store and run them; how many were claimed.

    Machine time throughout: a retry is the machine's business, not the shop's calendar. Each
    reaction is told its store's own `now`.
    """
    token = secrets.token_hex(16)
    with every_store():
        claimed = _claim(token=token, limit=limit, only_store=only_store)
        stores = Store.objects.in_bulk({row.store_id for row in claimed})
    for number, row in enumerate(claimed):
        if is_asked_to_stop():
            _give_back(ids=[left.pk for left in claimed[number:]], token=token)
            del claimed[number:]
            break
        with store_scope(row.store_id):
            _run_one(row=row, token=token, now=store_now(stores[row.store_id]))
    return len(claimed)


def drain(*, only_store: int | None = None) -> int:
    """Run reactions until none is due; how many ran. Reactions may record further events."""
    total = 0
    while ran := run_due(only_store=only_store):
        total += ran
    return total


def _claim(*, token: str, limit: int, only_store: int | None) -> list[PendingReaction]:
    now = real_now()
    due = PendingReaction.objects.filter(
        Q(lease_until__isnull=True) | Q(lease_until__lt=now),
        status=PendingReaction.Status.PENDING,
        due_at__lte=now,
    )
    with transaction.atomic():
        ids = fair_share(due, limit=limit, only_store=only_store)
        PendingReaction.objects.filter(pk__in=ids).update(
            token=token, lease_until=now + work_lease(), claims=F("claims") + 1
        )
    return in_turns(
        PendingReaction.objects.filter(pk__in=ids, token=token)
        .select_related("event")
        .order_by("due_at", "id")
    )


def _give_back(*, ids: Sequence[int], token: str) -> None:
    """Claimed and not begun: somebody else may have them at once, and the claim does not count."""
    with every_store():
        PendingReaction.objects.filter(pk__in=ids, token=token).update(
            token="", lease_until=None, claims=F("claims") - 1
        )


def _run_one(*, row: PendingReaction, token: str, now: datetime) -> None:
    if row.claims > MAX_CLAIMS:
        _settle(
            row=row,
            token=token,
            status=PendingReaction.Status.DEAD,
            error=f"{MAX_CLAIMS} workers died while running this.",
        )
        return
    react: Callable[..., None] | None = reactions_by_name().get(row.reaction)
    if react is None:
        _settle(
            row=row,
            token=token,
            status=PendingReaction.Status.DEAD,
            error="No such reaction in the wiring any more.",
        )
        return
    try:
        with transaction.atomic():
            won = change(
                "UPDATE events_pendingreaction SET status = 'done', done_at = %s,"
                " lease_until = NULL, error = '' WHERE id = %s AND token = %s AND status = 'pending'",
                real_now(),
                row.pk,
                token,
            )
            if won:
                react(event=row.event.as_event(), now=now)
    except Exception as error:
        log.warning(
            "reaction_failed",
            reaction=row.reaction,
            event_id=row.event_id,
            attempt=row.attempts + 1,
            error=type(error).__name__,
        )
        if why := trouble(error):
            _try_soon(row=row, token=token, error=why)
        else:
            _retry_or_bury(row=row, token=token, error=_told(error))


def _try_soon(*, row: PendingReaction, token: str, error: str) -> None:
    """The database was in trouble, not the reaction: no try is spent on it."""
    PendingReaction.objects.filter(pk=row.pk, token=token).update(
        claims=0,
        due_at=real_now() + timedelta(seconds=RETRY_AFTER_SECONDS[0]),
        lease_until=None,
        token="",
        error=error,
    )


def _told(error: Exception) -> str:
    """What a column may keep of an error: a database's own words quote the row, people's data and
    all, and PostgreSQL takes neither NUL nor half a letter."""
    words = type(error).__name__ if isinstance(error, DatabaseError) else repr(error)
    return words.encode("utf-8", "backslashreplace").decode().replace("\x00", "")


def _retry_or_bury(*, row: PendingReaction, token: str, error: str) -> None:
    if row.attempts >= len(RETRY_AFTER_SECONDS):
        _settle(row=row, token=token, status=PendingReaction.Status.DEAD, error=error)
        return
    pause = RETRY_AFTER_SECONDS[row.attempts] * random.uniform(1.0, 1.2)  # noqa: S311
    PendingReaction.objects.filter(pk=row.pk, token=token).update(
        attempts=F("attempts") + 1,
        claims=0,
        due_at=real_now() + timedelta(seconds=pause),
        lease_until=None,
        token="",
        error=error[:2000],
    )


def _settle(*, row: PendingReaction, token: str, status: str, error: str) -> None:
    PendingReaction.objects.filter(pk=row.pk, token=token).update(
        status=status, lease_until=None, error=error[:2000]
    )
