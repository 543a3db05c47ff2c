"""Records of products and customers into the tables: a batch at a time, and the hard ones by the rules.

A batch is worked out in memory and written by a number of statements that does not grow with it. What
needs the rules for one at a time (people to be merged, products to be joined) takes them afterwards,
and with it every later record that speaks of the same rows or names: whatever has to do with each
other keeps its order, and what has nothing to do with it may go first.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Protocol

from django.db import DataError, transaction

from core.events.models import EventRow, PendingReaction
from core.stores.models import Store
from orders.imports.buyers import Hard
from orders.imports.catalog import Catalog
from orders.imports.people import People
from orders.imports.records import Record, Reject
from orders.imports.tables import Growth
from orders.imports.take_in import Taken
from orders.imports.write_one_by_one import OneByOne
from orders.ingest.snapshots import ConsentStatement, CustomerUpdate, ProductSnapshot, Unreadable
from orders.models import Category, Customer, CustomerAddress, CustomerSourceId, Product, Variant


class Batch(Protocol):
    """What many records tell, on its way into the tables."""

    def load(self, told: Sequence[Any]) -> None:
        """Lock and read every row that the records may speak of."""

    def names(self, told: Any) -> set[Hashable]:
        """By what the record is known, and the rows of which it may speak, as they stand by now."""

    def take(self, told: Any) -> None:
        """Work one record in. Raises `Hard` or `Unreadable`, and leaves no trace of it then."""

    def save(self, counts: Counter[str]) -> None:
        """Write what has become of it all, and count it."""


class InSets:
    """Writes the records of one file. Its outcome is that of `apply_news` called for each in turn.

    `what` names them in the counts; `kinds` are the news of which `batch` is made.
    """

    def __init__(
        self,
        *,
        store: Store,
        what: str,
        now: datetime,
        kinds: tuple[type, ...],
        batch: Callable[[], Batch],
        growth: Growth,
    ) -> None:
        self._kinds, self._batch, self._growth = kinds, batch, growth
        self._rules = OneByOne(store=store, what=what, now=now)

    def prepare(self, record: Record) -> Record:
        """Nothing is worked out ahead."""
        return record

    def take(self, records: Sequence[Record]) -> Taken:
        """One batch, in the caller's transaction."""
        try:
            with transaction.atomic():
                return self._take(records)
        except DataError:  # one bad value in a thousand: find out which
            return self._rules.take(records)

    def committed(self) -> None:
        self._growth.batch_stands()

    def rolled_back(self) -> None:
        """Nothing is remembered between batches."""

    def finish_some(self) -> Counter[str] | None:
        """Nothing is left for the end."""
        return None

    def _take(self, records: Sequence[Record]) -> Taken:
        """In the file's order: stretches of our own kind at once, whatever else in its turn."""
        counts: Counter[str] = Counter()
        rejects: list[Reject] = []
        for is_ours, stretch in groupby(records, lambda one: isinstance(one.news, self._kinds)):
            taken = (self._at_once if is_ours else self._rules.take)(list(stretch))
            counts += taken.counts
            rejects += taken.rejects
        return Taken(counts, rejects)

    def _at_once(self, records: Sequence[Record]) -> Taken:
        batch = self._batch()
        batch.load([record.news for record in records])
        tangled: set[Hashable] = set()
        hard = []
        for record in records:
            names = batch.names(record.news)
            if tangled.isdisjoint(names):
                try:
                    batch.take(record.news)
                    continue
                except (Hard, Unreadable):  # the rules say what is wrong with it, if anything
                    pass
            tangled |= names
            hard.append(record)
        counts: Counter[str] = Counter()
        batch.save(counts)
        taken = self._rules.take(hard)
        return Taken(counts + taken.counts, taken.rejects)


def customers_in_sets(*, store: Store, now: datetime) -> InSets:
    """A writer of customers and of what they said about marketing mail."""
    return InSets(
        store=store,
        what="customers",
        now=now,
        kinds=(CustomerUpdate, ConsentStatement),
        batch=lambda: People(store=store, now=now),
        growth=Growth(Customer, CustomerSourceId, CustomerAddress, EventRow, PendingReaction),
    )


def products_in_sets(*, store: Store, now: datetime) -> InSets:
    """A writer of products with their variants and categories."""
    return InSets(
        store=store,
        what="products",
        now=now,
        kinds=(ProductSnapshot,),
        batch=lambda: Catalog(store=store, now=now),
        growth=Growth(Product, Variant, Category),
    )
