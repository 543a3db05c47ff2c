"""What a reader yields: one record at a time, in file order, with the line it began on."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.money import Amount
from orders.imports.profile import Profile
from orders.ingest import snapshots


@dataclass(frozen=True, slots=True)
class Correction:
    """A line of a file that takes something back and names no order.

    `reason` is ``canceled`` (to be met with an earlier line of the same customer and product) or the
    final word of an adjustment, like ``stock_correction``. `quantity` is positive for what came back
    and negative for what was lost; `amount` likewise.
    """

    source: str
    external_id: str
    reason: str
    quantity: Decimal
    amount: Amount
    currency: str
    happened_at: datetime
    customer: snapshots.CustomerSnapshot | None = None
    sku: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One piece of news and the line of the file on which it began.

    `dated` is False where the file does not say when the record was last changed, so that its
    `updated_at` is only the latest time the file knows of. `raw` is the line, where readers keep it.
    """

    line: int
    news: snapshots.News | Correction
    dated: bool = True
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Reject:
    """A line that was left out: why, in words for people, and the line as it stood."""

    line: int
    reason: str
    raw: str


Item = Record | Reject


@dataclass(frozen=True)
class Reading:
    """What a reader is told beside the file.

    `currency` and `zone` are the store's, for files that name none; `as_of` is when this file was
    first taken in, for statements without a date. `tally` counts what became no record.
    """

    currency: str
    zone: str
    as_of: datetime
    profile: Profile | None = None
    tally: Counter[str] = field(default_factory=Counter)
