"""What one kept delivery means, and what follows from it. Runs inside the worker's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from core.events.event import Origin
from core.stores.models import Store
from core.stores.plain import fetch
from orders.ingest.plausible import plausible
from orders.ingest.snapshots import News, PrivacyDemand, Unreadable
from orders.ingest.sources import SOURCES
from orders.models import InboundNotice
from orders.operations.apply_news import Outcome, apply_news
from orders.policies import was_restored

REPLAY_GUARD = timedelta(days=90)
Status = InboundNotice.Status


@dataclass(frozen=True, slots=True)
class Result:
    """How a notice ended, with a reason fit for the merchant."""

    status: str
    reason: str = ""
    order_id: int | None = None


def apply_notice(*, notice: InboundNotice, store: Store, now: datetime) -> Result:
    """Read the notice and apply each piece of its news; `now` is the store's time.

    Raises `Unreadable` for what never will be, and whatever breaks.
    """
    source = SOURCES.get(notice.source)
    if source is None:
        raise Unreadable(f"“{notice.source}” is no source any more.")
    if notice.body_blanked_at is not None:
        raise Unreadable("The body was blanked after 30 days; there is nothing left to read.")
    if not notice.replays:
        if _came_before(notice):
            return Result(Status.IGNORED, "The very same body came before under another id.")
        _refuse_exchanged_header(notice)
    pieces = source.parse(
        topic=notice.topic,
        body=bytes(notice.body),
        headers=notice.headers,
        received_at=notice.received_at,
        currency=store.currency,
    )
    heard = [plausible(news, heard_at=notice.received_at) for news in pieces]
    outcomes = [_apply(news=news, notice=notice, store=store, now=now) for news in heard]
    return _sum_up(outcomes)


def _apply(*, news: News, notice: InboundNotice, store: Store, now: datetime) -> Outcome:
    if isinstance(news, PrivacyDemand):
        _check_shop(demand=news, notice=notice)
    return apply_news(news=news, store=store, origin=cast(Origin, notice.origin), now=now)


def _check_shop(*, demand: PrivacyDemand, notice: InboundNotice) -> None:
    """The signed body must name this endpoint's shop (W17).

    One app secret may sign for many shops, and neither the topic nor the shop header is signed.
    """
    named = str(demand.detail.get("shop_domain", ""))
    ours = notice.endpoint.shop if notice.endpoint else ""
    if not ours:
        raise Unreadable(
            f"The request names the shop “{named}”, and this endpoint does not say which shop it "
            "serves. Run “connect” with --shop, then replay this notice."
        )
    if named != ours:
        raise Unreadable(f"The request names the shop “{named}”, not “{ours}”. Nothing was done.")


def _sum_up(outcomes: list[Outcome]) -> Result:
    order_id = next((one.order_id for one in outcomes if one.order_id), None)
    if any(one.status == "applied" for one in outcomes):
        return Result(Status.APPLIED, "", order_id)
    reasons = dict.fromkeys(one.reason for one in outcomes if one.reason)
    return Result(Status.IGNORED, " ".join(reasons) or "It holds no news.", order_id)


def _came_before(notice: InboundNotice) -> bool:
    """The second guard of W3: ids in headers are not signed, so a replay may carry a new one."""
    twins = fetch(
        "SELECT id FROM orders_inboundnotice WHERE store_id = %s AND source = %s AND topic = %s"
        " AND body_hash = %s AND id < %s AND received_at > %s AND status <> %s",
        notice.store_id,
        notice.source,
        notice.topic,
        notice.body_hash,
        notice.pk,
        notice.received_at - REPLAY_GUARD,
        Status.DEAD.value,
    )
    if not twins:
        return False
    bare = notice.topic in SOURCES[notice.source].bare_topics
    return not (bare and _lives_again([pk for (pk,) in twins]))


def _lives_again(deletions: Sequence[int]) -> bool:
    """Whether the order was restored since its last deletion, so that the same bytes say it anew."""
    last = (
        InboundNotice.objects.filter(pk__in=deletions, status=Status.APPLIED, order__isnull=False)
        .select_related("order")
        .order_by("pk")
        .last()
    )
    if last is None or last.order is None or last.order.deleted_at is not None:
        return False
    return was_restored(updated_at=last.order.source_updated_at, deleted_at=last.received_at)


def _refuse_exchanged_header(notice: InboundNotice) -> None:
    """A signed ``{"id": 5}`` does not say what it deletes; the topic that says so is not signed.

    Once the same bytes came under another topic, only a person may decide (by replaying it).
    """
    others = [
        topic
        for topic in SOURCES[notice.source].bare_topics
        if topic != notice.topic and notice.topic in SOURCES[notice.source].bare_topics
    ]
    if not others:
        return
    twin = InboundNotice.objects.filter(
        source=notice.source, topic__in=others, body_hash=notice.body_hash, pk__lt=notice.pk
    ).first()
    if twin is not None:
        raise Unreadable(
            f"The same bytes came before as {twin.topic}, and a bare number does not say what it "
            f"belongs to. If {notice.topic} is true, replay this notice."
        )
