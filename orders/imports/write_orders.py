"""Records of orders into the tables: many at once where that is safe, one by one where it is not."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import DataError, transaction
from django.db.models import Q

from core.events.models import EventRow
from core.stores.models import Store
from orders.imports.buyers import Hard
from orders.imports.corrections import Corrections
from orders.imports.drafts import ORIGIN, Draft, draft_order, goes_alone
from orders.imports.fingerprints import version_of, whole
from orders.imports.goods import Goods
from orders.imports.insert_orders import insert_orders
from orders.imports.records import Correction, Record, Reject
from orders.imports.tables import Growth
from orders.imports.take_in import Taken
from orders.imports.write_one_by_one import REFUSED
from orders.ingest.snapshots import (
    DocumentUpdate,
    FulfillmentUpdate,
    Ignored,
    OrderDeleted,
    OrderSnapshot,
    RefundUpdate,
    Unreadable,
)
from orders.models import (
    Adjustment,
    Customer,
    CustomerSourceId,
    Fulfillment,
    Order,
    OrderLine,
    Product,
    Refund,
    Variant,
)
from orders.operations.apply_news import apply_news
from orders.operations.lock_order import BY_NUMBER, NUMBERED

Known = dict[tuple[str, str] | None, tuple[Any, str, str]]
GROWING = (
    Order,
    OrderLine,
    Fulfillment,
    Refund,
    Customer,
    CustomerSourceId,
    Product,
    Variant,
    Adjustment,
    EventRow,
)


@dataclass(frozen=True, slots=True)
class Drafted(Record):
    """A record whose order is worked out, as far as that needs no database."""

    draft: Draft = field(kw_only=True)


class OrderWriter:
    """Writes the records of one file. Its outcome is that of `apply_news` called for each in turn."""

    def __init__(self, *, store: Store, source: str, now: datetime) -> None:
        self._store, self._now = store, now
        self._growth = Growth(*GROWING)
        self._is_retry = False
        self._is_known = False
        self._goods = Goods(store=store)
        self._corrections = Corrections(store=store, source=source, now=now)

    def prepare(self, record: Record) -> Record:
        """With the order's draft, where it may go in with others. Knows no database.

        Where the last batch held little but orders that are there already, so will the next: then
        drafts are made of those only that turn out to be new.
        """
        return record if self._is_known else self._draft(record)

    def _draft(self, record: Record) -> Record:
        news = record.news
        if not isinstance(news, OrderSnapshot) or goes_alone(news):
            return record
        try:
            draft = draft_order(snapshot=news, store=self._store, now=self._now)
        except (Hard, Unreadable):
            return record  # the rules for one at a time merge what is double, or say what is bad
        return Drafted(record.line, news, record.dated, record.raw, draft=draft)

    def take(self, records: Sequence[Record]) -> Taken:
        """One batch, in the caller's transaction."""
        try:
            with transaction.atomic():
                return self._take(records, at_once=True)
        except DataError:  # one bad value in a thousand: find out which
            self._goods.rolled_back()
            return self._take(records, at_once=False)

    def committed(self) -> None:
        self._goods.committed()
        self._is_retry = False
        self._growth.batch_stands()

    def rolled_back(self) -> None:
        self._goods.rolled_back()
        self._is_retry = True  # its drafts were given keys that stand for nothing now

    def finish_some(self) -> Counter[str] | None:
        """Meet what was taken back with what had been bought, a few people at a time."""
        return self._corrections.match_some()

    def _take(self, records: Sequence[Record], *, at_once: bool) -> Taken:
        """In the file's order throughout: runs of new orders at once, all others in their turn."""
        counts: Counter[str] = Counter()
        known = _known_orders(records, store=self._store)
        spoken_of = Counter(_name(record) for record in records)
        self._is_known = len(known) > len(spoken_of) / 2
        run: list[Drafted] = []
        corrections: list[Correction] = []
        rejects: list[Reject] = []
        for record in records:
            name = _name(record)
            if isinstance(record.news, Correction):
                corrections.append(record.news)
                continue
            if name in known and self._is_there(record, known[name], counts):
                continue
            if at_once and name not in known and spoken_of[name] == 1:
                record = self._drafted(record)
                if isinstance(record, Drafted):
                    run.append(record)
                    continue
            rejects += self._insert(run, known, counts)
            run = []
            rejects += self._apply(record, known, counts)
        rejects += self._insert(run, known, counts)
        self._corrections.keep(corrections, counts=counts)
        return Taken(counts, rejects)

    def _insert(
        self, run: Sequence[Drafted], known: Known, counts: Counter[str]
    ) -> Iterable[Reject]:
        """Insert a run of new orders. One that needs the long way takes it when its turn comes."""
        while run:
            inserted = insert_orders(
                drafts=[record.draft for record in run],
                store=self._store,
                goods=self._goods,
                counts=counts,
                now=self._now,
            )
            if inserted < len(run):
                yield from self._apply(run[inserted], known, counts)
            run = run[inserted + 1 :]

    def _drafted(self, record: Record) -> Record:
        return self._draft(record) if self._is_retry or type(record) is Record else record

    def _is_there(self, record: Record, known: tuple[Any, str, str], counts: Counter[str]) -> bool:
        """Is this very statement, or one that knows better, in the tables already?"""
        updated_at, version, origin = known
        snapshot = record.news
        if not isinstance(snapshot, OrderSnapshot) or updated_at is None:
            return False
        if updated_at == snapshot.updated_at and version == _version(record, snapshot):
            counts["orders already there"] += 1
            return True
        # Their times may be the file's guess.
        has_news = snapshot.refunds or snapshot.fulfillments or snapshot.canceled_at
        is_older = not record.dated and not has_news and updated_at >= snapshot.updated_at
        if is_older and origin != ORIGIN:
            # The file does not say when it was changed; what a hook told since knows better.
            counts["orders known better"] += 1
            return True
        return False

    def _apply(self, record: Record, known: Known, counts: Counter[str]) -> Iterable[Reject]:
        if isinstance(record.news, Ignored):
            counts["left out"] += 1
            return
        news = whole(record.news) if isinstance(record.news, OrderSnapshot) else record.news
        try:
            with transaction.atomic():
                outcome = apply_news(
                    news=news,  # type: ignore[arg-type]
                    store=self._store,
                    origin=ORIGIN,
                    now=self._now,
                )
        except Unreadable as error:
            yield Reject(record.line, str(error), record.raw)
            return
        except DataError:
            yield Reject(record.line, REFUSED, record.raw)
            return
        name = _name(record)
        if (spoken_of := _spoken_of(record)) is not None:
            known.setdefault(spoken_of, (None, "", ORIGIN))  # it has a row now, if an empty one
        if name is None:
            counts["other news applied" if outcome.status == "applied" else "other news known"] += 1
        elif outcome.status == "ignored":
            counts["orders already there" if outcome.order_id else "drafts left out"] += 1
        elif name in known:
            counts["orders changed"] += 1
        else:
            known[name] = (None, "", ORIGIN)
            counts["orders new"] += 1
            counts["lines"] += len(record.news.lines)  # type: ignore[union-attr]


def _version(record: Record, snapshot: OrderSnapshot) -> str:
    """The fingerprint that its draft has made already."""
    if isinstance(record, Drafted):
        return record.draft.order.source_version
    return version_of(snapshot)


def _name(record: Record) -> tuple[str, str] | None:
    news = record.news
    return (news.source, news.external_id) if isinstance(news, OrderSnapshot) else None


def _spoken_of(record: Record) -> tuple[str, str] | None:
    """The order that a piece of news tells a part of."""
    news = record.news
    if isinstance(news, OrderDeleted):
        return (news.source, news.external_id)
    if isinstance(news, FulfillmentUpdate | RefundUpdate | DocumentUpdate):
        return (news.source, news.order_external_id)
    return None


def _known_orders(records: Sequence[Record], *, store: Store) -> Known:
    names = {name for record in records if (name := _name(record))}
    aliases = _aliases(records)
    by_id = Q(external_id__in={*(name[1] for name in names), *(key[1] for key in aliases)})
    by_number = Q(number__in=[number for _, number in aliases if not number.startswith(BY_NUMBER)])
    rows = Order.objects.filter(
        by_id | by_number if aliases else by_id,
        store_id=store.pk,
        source__in={source for source, _ in names},
    ).values_list(
        "source", "external_id", "source_updated_at", "source_version", "origin", "number"
    )
    known: Known = {}
    for source, external_id, updated_at, version, origin, number in rows:
        for key in ((source, external_id), (source, number)):
            for name in aliases.get(key, ()):
                known.setdefault(name, (None, "", origin))  # the long way meets it
        if (source, external_id) in names:
            known[(source, external_id)] = (updated_at, version, origin)
    return known


def _aliases(records: Sequence[Record]) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """By what else an order may stand in the tables: under its number, where a source has no ids."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for record in records:
        name = _name(record)
        if name is None or name[0] not in NUMBERED or not isinstance(record.news, OrderSnapshot):
            continue
        number = record.news.number
        other = number if name[1].startswith(BY_NUMBER) else f"{BY_NUMBER}{number}"
        found.setdefault((name[0], other), []).append(name)
    return found
