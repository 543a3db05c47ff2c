"""Records of products and customers into the tables, by the rules for one at a time."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import DataError, transaction

from core.stores.models import Store
from orders.imports.records import Correction, Record, Reject
from orders.imports.take_in import Taken
from orders.ingest.snapshots import Ignored, Unreadable
from orders.operations.apply_news import apply_news

REFUSED = "The database refused this record: a value in it is out of any range."


class OneByOne:
    """Calls `apply_news` for each record of a file. `what` names them in the counts."""

    def __init__(self, *, store: Store, what: str, now: datetime) -> None:
        self._store, self._what, self._now = store, what, now

    def take(self, records: Sequence[Record]) -> Taken:
        """One batch, in the caller's transaction."""
        counts: Counter[str] = Counter()
        rejects = []
        for record in records:
            news = record.news
            if isinstance(news, Ignored | Correction):
                counts["left out"] += 1
                continue
            try:
                with transaction.atomic():
                    outcome = apply_news(
                        news=news, store=self._store, origin="import", now=self._now
                    )
            except Unreadable as error:
                rejects.append(Reject(record.line, str(error), record.raw))
            except DataError:
                rejects.append(Reject(record.line, REFUSED, record.raw))
            else:
                known = outcome.status == "ignored"
                counts[f"{self._what} already there" if known else f"{self._what} taken in"] += 1
        return Taken(counts, rejects)

    def committed(self) -> None:
        """Nothing is remembered between batches."""

    def rolled_back(self) -> None:
        """Nothing is remembered between batches."""

    def finish_some(self) -> Counter[str] | None:
        """Nothing is left for the end."""
        return None
