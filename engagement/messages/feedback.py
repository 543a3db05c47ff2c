"""What mail providers tell us about mails that left: kept once, understood in any order."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason, tracking
from django.db import transaction
from django.db.models import Q
from django.dispatch import receiver

from core.stores.scope import store_scope
from engagement.messages.delivery.compose import METADATA_KEY
from engagement.messages.events import MessageBounced, MessageComplained, MessageUnsubscribed
from engagement.messages.models import Message, MessageEvent, ProviderAccount
from engagement.messages.operations.tell import tell, who
from orders.ingest.reading import text

# The highest word counts, so that the order in which they arrive does not.
RANKS = {
    EventType.QUEUED: 5,
    EventType.SENT: 10,
    EventType.DEFERRED: 20,
    EventType.DELIVERED: 30,
    EventType.OPENED: 40,
    EventType.CLICKED: 50,
    EventType.UNSUBSCRIBED: 60,
    EventType.FAILED: 70,
    EventType.REJECTED: 70,
    EventType.BOUNCED: 70,
    EventType.COMPLAINED: 80,
}
SOFT = "soft"
SOFT_WORDS = {"transient", "temporary", "undetermined"}
ADDRESS_IS_GONE = {RejectReason.BOUNCED, RejectReason.INVALID, None, ""}
SOFT_BOUNCES = 5
SOFT_BOUNCES_OVER = timedelta(days=14)
OUR_MESSAGE_ID = re.compile(r"\b([0-9a-f]{32})\.\d+@")
AN_ADDRESS = re.compile(r"[^\s<>@\"']+@[^\s<>@\"']+")

_basket: ContextVar[list[AnymailTrackingEvent] | None] = ContextVar("basket", default=None)


@receiver(tracking, dispatch_uid="afterglow.feedback")
def collect(sender: object, event: AnymailTrackingEvent, **kwargs: object) -> None:
    """Put an event that an anymail view has read and believed into the basket of its request."""
    basket = _basket.get()
    if basket is not None:
        basket.append(event)


@contextmanager
def collecting() -> Iterator[list[AnymailTrackingEvent]]:
    """What anymail's views report inside the block."""
    events: list[AnymailTrackingEvent] = []
    token = _basket.set(events)
    try:
        yield events
    finally:
        _basket.reset(token)


def take_feedback(
    *,
    account: ProviderAccount,
    provider: str,
    events: Sequence[AnymailTrackingEvent],
    now: datetime,
) -> int:
    """Keep these provider events and do what follows from them; how many spoke of our messages.

    Told again, or in another order, they end the same. An event that names no message of the
    store is kept without one. A permanent bounce and a complaint become news at once, soft bounces
    when there were five of them over two weeks or more. `now` is the store's time.
    """
    with store_scope(account.store_id), transaction.atomic():
        found = _messages(events)
        rows = []
        for event, message in zip(events, found, strict=True):
            rows.append(_row(event, message=message, account=account, provider=provider, now=now))
        MessageEvent.objects.bulk_create(rows, ignore_conflicts=True)
        ours = [(row, message) for row, message in zip(rows, found, strict=True) if message]
        for row, message in ours:
            rank = RANKS.get(row.kind, 0)
            Message.objects.filter(pk=message.pk, delivery_rank__lt=rank).update(delivery_rank=rank)
            _tell_what_follows(row, message=message, now=now)
    return len(ours)


def _messages(events: Sequence[AnymailTrackingEvent]) -> list[Message | None]:
    """The message each event speaks of: by our id, else by the provider's."""
    ids = [_our_id(event) for event in events]
    theirs = {text(event.message_id) for event in events} - {""}
    known = Message.objects.filter(
        Q(public_id__in=[each for each in ids if each]) | Q(provider_message_id__in=theirs)
    )
    by_ours, by_theirs = {}, {}
    for message in known:
        by_ours[message.public_id] = message
        if message.provider_message_id:
            by_theirs[message.provider_message_id] = message
    return [
        by_ours.get(our_id) if our_id else by_theirs.get(text(event.message_id))
        for event, our_id in zip(events, ids, strict=True)
    ]


def _our_id(event: AnymailTrackingEvent) -> UUID | None:
    metadata = event.metadata if isinstance(event.metadata, Mapping) else {}
    told = str(metadata.get(METADATA_KEY, ""))
    if not re.fullmatch(r"[0-9a-f]{32}", told):
        match = OUR_MESSAGE_ID.search(str(event.message_id or ""))
        told = match.group(1) if match else ""
    return UUID(told) if told else None


def _row(
    event: AnymailTrackingEvent,
    *,
    message: Message | None,
    account: ProviderAccount,
    provider: str,
    now: datetime,
) -> MessageEvent:
    reason = str(event.reject_reason or "")
    if event.event_type == EventType.BOUNCED and not is_permanent(event):
        reason = SOFT
    words = text(event.description) or text(event.mta_response)
    return MessageEvent(
        store_id=account.store_id,
        message=message,
        provider=provider[:32],
        key=event_key(event),
        kind=text(event.event_type, limit=24),
        reject_reason=text(reason, limit=32),
        description=AN_ADDRESS.sub("…", words)[:300],
        happened_at=event.timestamp or now,
        received_at=now,
    )


def event_key(event: AnymailTrackingEvent) -> str:
    """What makes a provider's event the only one: its id, kind and receiver, else all it says."""
    if event.event_id:
        parts = [str(event.event_id), str(event.event_type), str(event.recipient or "")]
        says = "\n".join(parts)
    else:
        raw = event.esp_event
        plain = dict(raw) if isinstance(raw, Mapping) else raw
        says = json.dumps(plain, sort_keys=True, default=str)
    return hashlib.sha256(says.encode("utf-8", "surrogatepass")).hexdigest()


def is_permanent(event: AnymailTrackingEvent) -> bool:
    """Whether the provider says that the address itself is at fault, for good.

    anymail calls soft and hard bounces alike; the difference is in the provider's own words.
    """
    if event.event_type == EventType.REJECTED:
        return event.reject_reason in {RejectReason.BOUNCED, RejectReason.INVALID}
    if event.event_type != EventType.BOUNCED or event.reject_reason not in ADDRESS_IS_GONE:
        return False
    return not any(_sounds_soft(key, value) for key, value in _words(event.esp_event))


def _sounds_soft(key: str, value: object) -> bool:
    if key == "hard_bounce":
        return value is False
    word = str(value).lower()
    return word in SOFT_WORDS or SOFT in word.replace("microsoft", "")


def _words(raw: Any) -> Iterator[tuple[str, object]]:
    """The few fields in which providers say what kind of bounce it was, however deep."""
    if not isinstance(raw, Mapping):
        return
    for key, value in raw.items():
        if isinstance(value, Mapping):
            yield from _words(value)
        elif str(key).lower() in {
            "event",
            "event_name",
            "type",
            "bouncetype",
            "bounce_type",
            "severity",
            "hard_bounce",
            "status",
        }:
            yield str(key), value


def _tell_what_follows(row: MessageEvent, *, message: Message, now: datetime) -> None:
    if row.kind == EventType.COMPLAINED:
        news = MessageComplained(**who(message))
        tell(news=news, message=message, happened_at=row.happened_at, now=now)
        return
    if row.kind == EventType.UNSUBSCRIBED or row.reject_reason == RejectReason.UNSUBSCRIBED:
        left = MessageUnsubscribed(**who(message))
        # Somebody may come back and leave again through the same mail.
        tell(news=left, message=message, key=row.key, happened_at=row.happened_at, now=now)
        return
    gone = row.kind == EventType.BOUNCED and row.reject_reason != SOFT
    refused = row.kind == EventType.REJECTED and row.reject_reason in {
        RejectReason.BOUNCED,
        RejectReason.INVALID,
    }
    if gone or refused or (row.reject_reason == SOFT and _softly_for_weeks(message)):
        bounced = MessageBounced(**who(message))
        tell(news=bounced, message=message, happened_at=row.happened_at, now=now)


def _softly_for_weeks(message: Message) -> bool:
    """Five messages to this address bounced softly over two weeks or more, none delivered since."""
    if not message.sent_to or message.customer_id is None:
        return False
    about = MessageEvent.objects.filter(
        message__sent_to=message.sent_to, message__customer_id=message.customer_id
    )
    arrived = (
        about.filter(kind=EventType.DELIVERED)
        .order_by("-happened_at")
        .values_list("happened_at", flat=True)
        .first()
    )
    soft = about.filter(kind=EventType.BOUNCED, reject_reason=SOFT)
    if arrived is not None:
        soft = soft.filter(happened_at__gt=arrived)
    times = dict(soft.order_by("happened_at").values_list("message_id", "happened_at"))
    if len(times) < SOFT_BOUNCES:
        return False
    return max(times.values()) - min(times.values()) >= SOFT_BOUNCES_OVER
