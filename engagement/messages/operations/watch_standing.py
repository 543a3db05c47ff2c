"""The breaker on reputation: too many complaints or bounces, and sending stops until a person has looked.

Thresholds are row E8 of the reliability rules (receivers ask for complaints below 0.1 %, and refuse
from 0.3 % on): over the last seven days, from 200 mails on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from anymail.signals import EventType, RejectReason
from django.db import transaction
from django.db.models import Q

from core.audit.write import write_down
from core.stores.models import Store
from core.stores.scope import every_store, store_scope
from engagement.messages.delivery.warm_up import standing_of
from engagement.messages.models import DomainStanding, Message, MessageEvent, Reason
from engagement.messages.operations.hold_sending import hold_sending, release_sending

log = structlog.get_logger(__name__)

LOOK_BACK = timedelta(days=7)
FEWEST = 200
ACTOR = "breaker"
State = DomainStanding.State
BAD = MessageEvent.BAD


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the mails since the breaker counts."""

    sent: int
    complained: int
    bounced: int

    @property
    def verdict(self) -> str:
        """The state that these numbers ask for. One complaint alone never stops order news."""
        if self.sent < FEWEST:
            return State.FINE
        if self.bounced * 100 >= self.sent * 10 or (
            self.complained > 1 and self.complained * 1000 >= self.sent * 3
        ):
            return State.STOPPED
        if self.bounced * 100 >= self.sent * 5 or self.complained * 1000 >= self.sent:
            return State.NO_MARKETING
        return State.FINE

    def __str__(self) -> str:
        if not self.sent:
            return "No mails yet."
        complained = f"{self.complained / self.sent:.2%}"
        bounced = f"{self.bounced / self.sent:.1%}"
        return (
            f"Of {self.sent} mails in a week {complained} were called spam and {bounced} bounced."
        )


def watch_standing(*, now: datetime) -> int:
    """Look at each store about which something bad was told; how many breakers that opened.

    `now` is the machine's time. Demo stores are left out: their receivers do not exist.
    """
    with every_store():
        stores = list(Store.objects.filter(is_demo=False))
    opened = 0
    for store in stores:
        with store_scope(store.pk):
            if _heard_bad_news(since=now - LOOK_BACK):
                opened += _look_at(store=store, now=now)
    return opened


def _heard_bad_news(*, since: datetime) -> bool:
    """Two looks into indexes: most stores have nothing to count on most days."""
    told = MessageEvent.objects.filter(kind__in=BAD, received_at__gt=since)
    failed = Message.objects.filter(reason=Reason.BOUNCED, due_at__gt=since)
    return told.exists() or failed.exists()


def _look_at(*, store: Store, now: datetime) -> bool:
    standing = standing_of(store=store, machine_now=now)
    if standing.state == State.STOPPED:
        return False
    counts = count(since=max(standing.counts_from, now - LOOK_BACK))
    verdict = counts.verdict
    if verdict in (State.FINE, standing.state):
        return False
    with transaction.atomic():
        changed = DomainStanding.objects.filter(pk=standing.pk, state=standing.state).update(
            state=verdict, reason=str(counts), tripped_at=now
        )
        if not changed:
            return False
        write_down(
            store_id=store.pk,
            actor=ACTOR,
            action=f"domain.{verdict}",
            subject=f"domainstanding:{standing.pk}",
            detail={"reason": str(counts)},
            now=now,
        )
        if verdict == State.STOPPED:
            hold_sending(reason=str(counts), actor=ACTOR, now=now, store_id=store.pk)
    log.error("reputation_breaker_opened", store_id=store.pk, state=verdict, why=str(counts))
    return True


def count(*, since: datetime) -> Counts:
    """Mails handed over after `since`, and how many of them were called spam or bounced for good."""
    handed = Message.objects.filter(
        status__in=Message.IN_THE_AIR_OR_SENT, due_at__gt=since - LOOK_BACK, handed_at__gt=since
    )
    refused = Message.objects.filter(
        status=Message.Status.FAILED,
        reason=Reason.BOUNCED,
        due_at__gt=since - LOOK_BACK,
        ended_at__gt=since,
    )
    told = MessageEvent.objects.filter(
        kind__in=BAD, received_at__gt=since, message__handed_at__gt=since
    )
    hard = Q(kind=EventType.BOUNCED) & ~Q(reject_reason="soft")
    gone = Q(
        kind=EventType.REJECTED, reject_reason__in=[RejectReason.BOUNCED, RejectReason.INVALID]
    )
    at_the_door = refused.count()
    return Counts(
        sent=handed.count() + at_the_door,
        complained=told.filter(kind=EventType.COMPLAINED).values("message").distinct().count(),
        bounced=told.filter(hard | gone).values("message").distinct().count() + at_the_door,
    )


def release_standing(*, store: Store, actor: str, now: datetime) -> bool:
    """A person has looked: everything may go again, and what happened until now counts no more."""
    with transaction.atomic():
        standing = DomainStanding.objects.select_for_update().filter(store=store).first()
        if standing is None or standing.state == State.FINE:
            return False
        was_stopped = standing.state == State.STOPPED
        standing.state, standing.reason, standing.tripped_at = State.FINE, "", None
        standing.counts_from = now
        standing.save(update_fields=["state", "reason", "tripped_at", "counts_from"])
        if was_stopped:
            release_sending(actor=actor, now=now, store_id=store.pk)
    return True
