"""Carry out what is to be done in shops' systems: claim, mark, hand over, record (as decision 0004).

No transaction spans a call. A worker that dies before MARK leaves the command to the next; one that
dies after it leaves a command that may have arrived, and the next try looks first.
"""

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef

from core.clock import now as store_now
from core.clock import real_now
from core.events.spine import RETRY_AFTER_SECONDS
from core.fair_share import fair_share, in_turns
from core.outbound import TIMEOUT_SECONDS, Forbidden, Unreachable
from core.secrets import CredentialsUnreadable
from core.stopping import is_asked_to_stop
from core.stores.models import Store
from core.stores.scope import every_store, store_scope
from core.trouble import trouble
from orders.connectors.connector import Access, Job, Outcome
from orders.connectors.connectors import CONNECTORS
from orders.models import Order, PlatformCommand, PlatformConnection
from orders.operations.settle_command import settle_command
from orders.self_service.is_sent import is_sent

log = structlog.get_logger(__name__)

Status = PlatformCommand.Status
Kind = PlatformCommand.Kind
MAX_CLAIMS = 3  # so many workers died before handing it over: it is poison
ROWS_A_PASS = 2  # a slow shop keeps the loop no longer than it must
SILENT_FOR = timedelta(minutes=1)  # a shop that did not answer is left alone so long
CALLS_A_COMMAND = 2  # a look and a deed
LEASE = timedelta(seconds=CALLS_A_COMMAND * TIMEOUT_SECONDS + 30)
# What a customer waits for is given up after some hours, so that a person can see to it; messages
# to the shop's own system are tried for three days (W8).
PATIENCE = {Kind.TELL: len(RETRY_AFTER_SECONDS)}
FEW_TRIES = 5
FAILING_FOR = timedelta(days=5)  # W16: a receiver that failed for so long is switched off
KEEP_PAYLOADS = timedelta(days=30)  # as bodies of notices
TOO_LATE = "The parcel had left before this could be handed over."


@dataclass(frozen=True, slots=True)
class Errand:
    """What MARK found right to hand over."""

    access: Access
    job: Job
    platform: str


def carry_out_due(*, limit: int = ROWS_A_PASS, only_store: int | None = None) -> int:
    """Claim up to `limit` due commands, shared fairly between stores, and carry them out; how many."""
    token = secrets.token_hex(16)
    with every_store():
        _take_back_leases()
        claimed = _claim(token=token, limit=limit, only_store=only_store)
        stores = Store.objects.in_bulk({command.store_id for command in claimed})
    for number, command in enumerate(claimed):
        if is_asked_to_stop():
            _give_back(ids=[left.pk for left in claimed[number:]], token=token)
            return number
        with store_scope(command.store_id):
            _carry_out(pk=command.pk, token=token, store=stores[command.store_id])
    return len(claimed)


def drain_commands(*, only_store: int | None = None) -> int:
    """Work until nothing is due; how many were worked on."""
    total = 0
    while worked := carry_out_due(only_store=only_store):
        total += worked
    return total


def blank_commands(*, now: datetime) -> int:
    """Empty what was done long ago: it holds addresses and phone numbers. Inside the store's scope."""
    return (
        PlatformCommand.objects.filter(status=Status.DONE, settled_at__lt=now - KEEP_PAYLOADS)
        .exclude(payload={})
        .update(payload={})
    )


def _take_back_leases() -> None:
    over = PlatformCommand.objects.filter(
        lease_until__lt=real_now(), status__in=(Status.CLAIMED, Status.HANDED)
    )
    over.update(status=Status.WAITING, token="", lease_until=None)


def _claim(*, token: str, limit: int, only_store: int | None) -> list[PlatformCommand]:
    now = real_now()
    # What is asked of one order stays in its order: an older wish never overwrites a newer one.
    before = PlatformCommand.objects.filter(
        order_id=OuterRef("order_id"),
        connection_id=OuterRef("connection_id"),
        pk__lt=OuterRef("pk"),
        status__in=PlatformCommand.OPEN,
    )
    open_doors = PlatformConnection.objects.filter(is_active=True).values("pk")  # not locked along
    due = PlatformCommand.objects.filter(
        ~Exists(before), status=Status.WAITING, due_at__lte=now, connection_id__in=open_doors
    )
    with transaction.atomic():
        ids = fair_share(due, limit=limit, only_store=only_store)
        taken = PlatformCommand.objects.filter(pk__in=ids, status=Status.WAITING).update(
            status=Status.CLAIMED, token=token, lease_until=now + LEASE, claims=F("claims") + 1
        )
    if not taken:
        return []
    return in_turns(PlatformCommand.objects.filter(token=token).order_by("due_at", "id"))


def _give_back(*, ids: Sequence[int], token: str) -> None:
    """Claimed and not begun: somebody else may have them at once, and the claim does not count."""
    with every_store():
        PlatformCommand.objects.filter(pk__in=ids, token=token, status=Status.CLAIMED).update(
            status=Status.WAITING, token="", lease_until=None, claims=F("claims") - 1
        )


def _carry_out(*, pk: int, token: str, store: Store) -> None:
    try:
        errand = _mark(pk=pk, token=token, store=store)
        if errand is None:
            return
        outcome = _hand_over(errand)
        _record(pk=pk, token=token, outcome=outcome, store=store)
    except Exception as error:  # one command's trouble is not the next one's
        if trouble(error):
            raise
        log.exception("command_failed", command_id=pk, error=type(error).__name__)


def _mark(*, pk: int, token: str, store: Store) -> Errand | None:
    """See once more that it is still right, with the order locked, and pass the point of no return.

    News of a dispatch takes the same lock: whichever commits first wins.
    """
    with transaction.atomic():
        order, command = _locked(pk=pk, token=token, status=Status.CLAIMED)
        if command is None:
            return None
        problem = _wrong_by_now(command=command, order=order)
        if not problem:
            try:
                access = Access(command.connection.address, command.connection.credentials())
            except CredentialsUnreadable as error:
                problem = Outcome("refused", str(error))
        if problem:
            settle_command(command=command, order=order, outcome=problem, now=store_now(store))
            return None
        again = command.attempts > 0
        command.status, command.attempts = Status.HANDED, command.attempts + 1
        command.claims, command.lease_until = 0, real_now() + LEASE
        command.save(update_fields=["status", "attempts", "claims", "lease_until"])
    return Errand(
        access=access,
        job=_job(command=command, order=order, again=again),
        platform=command.connection.platform,
    )


def _locked(*, pk: int, token: str, status: str) -> tuple[Order | None, PlatformCommand | None]:
    """The order first, as whoever brings news of it does; then the command, if it is still ours."""
    seen = PlatformCommand.objects.get(pk=pk)
    order = Order.objects.select_for_update().get(pk=seen.order_id) if seen.order_id else None
    command = (
        PlatformCommand.objects.select_for_update(of=("self",))
        .select_related("connection")
        .filter(pk=pk, token=token, status=status)
        .first()
    )
    return order, command


def _wrong_by_now(*, command: PlatformCommand, order: Order | None) -> Outcome | None:
    if command.claims > MAX_CLAIMS:
        return Outcome("gone", f"{MAX_CLAIMS} workers died over this; please report it.")
    if command.attempts > _patience(command):
        return Outcome("gone", f"Tried {command.attempts} times, and the last answer got lost.")
    if order is None or command.kind not in (Kind.CANCEL, Kind.EDIT_ADDRESS):
        return None
    if is_sent(order=order, parcels=order.fulfillments.all()):
        return Outcome("refused", TOO_LATE, answer={"because": "sent"})
    return None


def _job(*, command: PlatformCommand, order: Order | None, again: bool) -> Job:
    return Job(
        kind=command.kind,
        order_id=order.external_id if order else "",
        order_number=order.number if order else "",
        currency=order.currency if order else str(command.payload.get("currency", "")),
        payload=command.payload,
        key=command.key,
        again=again,
        now=real_now(),
    )


def _hand_over(errand: Errand) -> Outcome:
    try:
        return CONNECTORS[errand.platform].hand_over(access=errand.access, job=errand.job)
    except Forbidden as error:
        return Outcome("refused", str(error))
    except Unreachable as error:
        return Outcome("later", str(error))
    except (KeyError, TypeError, ValueError) as error:  # an answer of a shape nobody wrote down
        log.warning("answer_not_understood", platform=errand.platform, error=type(error).__name__)
        return Outcome("later", "The answer was not understood; it is tried again.")


def _record(*, pk: int, token: str, outcome: Outcome, store: Store) -> None:
    with transaction.atomic():
        order, command = _locked(pk=pk, token=token, status=Status.HANDED)
        if command is None:
            return  # the lease ran out, and somebody else looks after it
        _note_health(connection=command.connection, outcome=outcome, now=real_now())
        if outcome.verdict == "later" and command.attempts <= _patience(command):
            _put_off(command=command, outcome=outcome)
        else:
            settle_command(command=command, order=order, outcome=outcome, now=store_now(store))


def _patience(command: PlatformCommand) -> int:
    return PATIENCE.get(Kind(command.kind), FEW_TRIES)


def _put_off(*, command: PlatformCommand, outcome: Outcome) -> None:
    pause = RETRY_AFTER_SECONDS[command.attempts - 1] * random.uniform(1.0, 1.2)  # noqa: S311
    asked = outcome.after.total_seconds() if outcome.after else 0.0
    command.status, command.token, command.lease_until = Status.WAITING, "", None
    command.claims, command.error = 0, outcome.words[:500]
    command.due_at = real_now() + timedelta(seconds=max(pause, asked))
    command.save(update_fields=["status", "token", "lease_until", "claims", "error", "due_at"])


def _note_health(*, connection: PlatformConnection, outcome: Outcome, now: datetime) -> None:
    """Who answers is well, also with a no. Gone, or failing for days: it is called no more."""
    rows = PlatformConnection.objects.filter(pk=connection.pk)
    if outcome.verdict in ("done", "refused"):
        rows.update(last_well_at=now, failing_since=None, problem="")
        return
    since = connection.failing_since or now
    is_over = outcome.verdict == "gone" or now - since > FAILING_FOR
    words = "Switched off: " + outcome.words if is_over else outcome.words
    waiting = connection.commands.filter(status=Status.WAITING, due_at__lt=now + SILENT_FOR)
    waiting.update(due_at=now + SILENT_FOR)
    rows.update(failing_since=since, problem=words[:300], is_active=not is_over)
