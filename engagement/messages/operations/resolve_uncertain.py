"""Settle uncertain messages: by evidence, by a key the provider knows, or by age."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from core.clock import now as store_now
from core.stores.models import Store
from core.stores.scope import every_store, store_scope
from core.wake import wake
from engagement.messages.limits import Limits, limits
from engagement.messages.models import (
    Lane,
    LocalMail,
    Message,
    MessageEvent,
    Outbox,
    ProviderAccount,
    Reason,
)
from engagement.messages.operations.unrecorded import record_remembered

BATCH = 200
# The provider speaks of our mail: it had taken it. "rejected" and "failed" say that it did not.
PROOF = (
    "queued",
    "sent",
    "deferred",
    "delivered",
    "bounced",
    "opened",
    "clicked",
    "complained",
    "unsubscribed",
    "autoresponded",
)
REFUSAL = ("rejected", "failed")


@dataclass(slots=True)
class Resolved:
    """How many uncertain messages ended in which way."""

    sent: int = 0
    again: int = 0
    given_up: int = 0
    waiting: int = 0


def resolve_uncertain(
    *, now: datetime, only_store: int | None = None, within: Limits | None = None
) -> Resolved:
    """Go once through all uncertain messages. `now` is the machine's time.

    The first rule that applies: (a) the provider told us of it → sent (or refused); (b) the
    provider drops a second hand-over of the same key and is asked within 20 hours → the same key
    again; (c) after 30 minutes, marketing is not sent again, order news is sent once more under the
    same Message-ID, and if that is unclear too, it has failed.
    """
    within = within or limits()
    record_remembered()
    done = Resolved()
    with every_store():
        rows = Outbox.objects.filter(state=Outbox.State.UNCERTAIN)
        if only_store is not None:
            rows = rows.filter(store_id=only_store)
        store_ids = sorted(set(rows.values_list("store_id", flat=True)))
        stores = Store.objects.in_bulk(store_ids)
    for store_id in store_ids:
        with store_scope(store_id):
            _resolve_store(store=stores[store_id], now=now, within=within, done=done)
    if done.again:
        wake("outbox")
    return done


def _resolve_store(*, store: Store, now: datetime, within: Limits, done: Resolved) -> None:
    after = 0
    while True:
        with transaction.atomic():
            rows = list(
                Outbox.objects.filter(state=Outbox.State.UNCERTAIN, pk__gt=after)
                .select_for_update(skip_locked=True, of=("self",))
                .select_related("message", "message__account")
                .order_by("pk")[:BATCH]
            )
            told = _evidence([row.message for row in rows])
            for row in rows:
                _resolve_one(
                    row=row, told=told.get(row.pk), store=store, now=now, within=within, done=done
                )
        if len(rows) < BATCH:
            return
        after = rows[-1].pk


def _evidence(messages: list[Message]) -> dict[int, str]:
    """Message id → "sent" or "refused", for those the provider or the local mailbox knows.

    News from before the last hand-over began is of an earlier sending of the same mail.
    """
    told: dict[int, str] = {}
    ids = [message.pk for message in messages]
    since = {message.pk: message.handed_at for message in messages}
    events = MessageEvent.objects.filter(message_id__in=ids)
    for message_id, kind, at in events.values_list("message_id", "kind", "received_at"):
        handed_at = since[message_id]
        if handed_at is not None and at < handed_at:
            continue
        if kind in PROOF:
            told[message_id] = "sent"
        elif kind in REFUSAL:
            told.setdefault(message_id, "refused")
    with every_store():
        keys = {message.pk: f"<{message.send_key}@" for message in messages}
        mails = LocalMail.objects.filter(message_id__in=ids)
        for message_id, header_id in mails.values_list("message_id", "header_id"):
            if header_id.startswith(keys[message_id]):
                told[message_id] = "sent"
    return told


def _resolve_one(
    *,
    row: Outbox,
    told: str | None,
    store: Store,
    now: datetime,
    within: Limits,
    done: Resolved,
) -> None:
    shop_now = store_now(store)
    age = now - row.lease_until if row.lease_until else within.uncertain_age
    # What the provider remembers counts from the hand-over, however late we found out about it.
    handed_at = row.message.handed_at
    key_age = shop_now - handed_at if handed_at is not None else within.dedupe_age
    account: ProviderAccount | None = row.message.account
    if told == "sent":
        _finish(row=row, status=Message.Status.SENT, now=shop_now)
        done.sent += 1
    elif told == "refused":
        _finish(row=row, status=Message.Status.FAILED, reason=Reason.REFUSED, now=shop_now)
        done.given_up += 1
    elif (
        account is not None
        and account.deduplicates
        and key_age < within.dedupe_age
        and row.attempts < within.most_attempts
    ):
        _send_again(row=row, now=shop_now, resends=0)
        done.again += 1
    elif age < within.uncertain_age:
        done.waiting += 1
    elif row.lane == Lane.MARKETING:
        reason = Reason.UNKNOWN_NOT_RESENT
        _finish(row=row, status=Message.Status.SKIPPED, reason=reason, now=shop_now)
        done.given_up += 1
    elif row.resends == 0:
        _send_again(row=row, now=shop_now, resends=1)
        done.again += 1
    else:
        reason = Reason.UNKNOWN_NOT_RESENT
        _finish(row=row, status=Message.Status.FAILED, reason=reason, now=shop_now)
        done.given_up += 1


def _finish(*, row: Outbox, status: str, now: datetime, reason: str = "") -> None:
    """End it. `handed_at` stays: it may have arrived, and the frequency cap counts it."""
    Outbox.objects.filter(pk=row.pk).delete()
    Message.objects.filter(pk=row.pk).update(
        status=status,
        reason=reason,
        reason_detail="",
        ended_at=now,
    )


def _send_again(*, row: Outbox, now: datetime, resends: int) -> None:
    """Planned once more under the same key. The token goes, so that nobody can settle it late."""
    Outbox.objects.filter(pk=row.pk).update(
        state=Outbox.State.PLANNED,
        token="",
        lease_until=None,
        due_at=now,
        resends=F("resends") + resends,
    )
    Message.objects.filter(pk=row.pk).update(status=Message.Status.PLANNED, handed_at=None)
