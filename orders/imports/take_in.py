"""One file, from its first line to its last: batch by batch, each in one transaction with its place.

The place is counted in items as the reader yields them, which depends on the file alone. A run that
was killed goes on after its last whole batch; a run that had finished is gone through again and says
what is already there.
"""

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

import structlog
from django.db import IntegrityError, OperationalError, transaction

from core.stores.models import Store
from orders.imports.ahead import ahead
from orders.imports.files import ImportFile, file_hash
from orders.imports.profile import Profile
from orders.imports.records import Correction, Item, Reading, Record, Reject
from orders.imports.rejects import RejectsFile
from orders.ingest.plausible import plausible
from orders.ingest.snapshots import CustomerUpdate, OrderSnapshot, ProductSnapshot
from orders.models import ImportReject, ImportRun

log = structlog.get_logger(__name__)

BATCH_RECORDS = 1_000
BATCH_LINES = 12_000
TRIES = 3

KINDS = {
    OrderSnapshot: "orders",
    ProductSnapshot: "products",
    CustomerUpdate: "customers",
    Correction: "corrections",
}

Reader = Callable[..., Iterator[Item]]


class AlreadyRunning(Exception):
    """Another process takes in the same file."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch: figures to add up, and records that had to be left out after all."""

    counts: Counter[str]
    rejects: Sequence[Reject] = ()


class Writer(Protocol):
    """How records reach the tables."""

    def prepare(self, record: Record) -> Record:
        """Work out what needs no database. Called record by record from the thread that reads."""

    def take(self, records: Sequence[Record]) -> Taken:
        """Write a batch, inside the caller's transaction."""

    def committed(self) -> None:
        """The batch stands."""

    def rolled_back(self) -> None:
        """The batch does not stand; forget what was remembered of it."""

    def finish_some(self) -> Counter[str] | None:
        """A piece of what can only be done once the whole file is in; None when nothing is left."""


@dataclass(frozen=True)
class Job:
    """What to take in, and how it is written."""

    kind: str
    format: str
    path: Path
    reader: Reader
    profile: Profile | None = None
    rejects: Path | None = None

    @property
    def label(self) -> str:
        return f"{self.format}:{self.profile.name}"[:64] if self.profile else self.format


@dataclass
class Summary:
    """What a run came to. `counts` are added up over all its sittings, `tally` is of the file."""

    counts: Counter[str] = field(default_factory=Counter)
    tally: Counter[str] = field(default_factory=Counter)
    records: int = 0
    rejected: int = 0
    rejects: Path | None = None
    resumed_at: int = 0
    repeated: bool = False
    seconds: float = 0.0
    dry_run: bool = False


Progress = Callable[[int, int], None]


def quiet(done: int, size: int) -> None:
    """Nobody looks on."""


def take_in(
    *,
    job: Job,
    store: Store,
    writer: Writer,
    now: datetime,
    progress: Progress = quiet,
    dry_run: bool = False,
) -> Summary:
    """Take the whole file in. Runs inside the store's scope. `progress` is told bytes done and size.

    Raises `UnknownFile` for a file that is not what its format says, `AlreadyRunning` for a rival.
    """
    started = time.monotonic()
    digest = file_hash(job.path)
    run = _run_of(job=job, store=store, digest=digest, now=now, dry_run=dry_run)
    summary = Summary(
        dry_run=dry_run, resumed_at=run.position, repeated=run.finished_at is not None
    )
    if summary.repeated:
        run.position, run.counts, run.finished_at, summary.resumed_at = 0, {}, None, 0
        run.save(update_fields=["position", "counts", "finished_at"])
    reading = Reading(
        currency=store.currency,
        zone=store.time_zone,
        as_of=run.started_at,
        profile=job.profile,
        tally=summary.tally,
    )
    path = job.rejects or job.path.with_name(f"{job.path.name}.rejects.csv")
    encoding = job.profile.encoding if job.profile else "utf-8-sig"
    with (
        ImportFile(job.path, encoding=encoding) as file,
        RejectsFile(path) as rejects,
        seldom_collecting(),
    ):
        items = job.reader(file=file, reading=reading)
        items = _skip(items, run=run, rejects=rejects)
        items = _ready(items, run=run, prepare=None if dry_run else writer.prepare)
        for batch in ahead(_batches(items)):
            _take_batch(batch, run=run, writer=writer, rejects=rejects, dry_run=dry_run)
            progress(file.done, file.size)
        progress(file.size, file.size)
        if not dry_run:
            _finish(run=run, writer=writer, now=now)
        summary.rejected, summary.rejects = rejects.count, path if rejects.count else None
    summary.counts = Counter(run.counts)
    summary.records = run.position
    summary.seconds = time.monotonic() - started
    return summary


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Look for cycles of garbage a seventieth as often: a file makes millions of small objects, none
    of them in a cycle, and looking through them took a fourteenth of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(50_000, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _run_of(*, job: Job, store: Store, digest: str, now: datetime, dry_run: bool) -> ImportRun:
    fresh = ImportRun(
        store_id=store.pk,
        kind=job.kind,
        format=job.label,
        file_name=job.path.name[:255],
        file_hash=digest,
        started_at=now,
    )
    if dry_run:
        return fresh
    run, _ = ImportRun.objects.get_or_create(
        store_id=store.pk,
        kind=job.kind,
        format=job.label,
        file_hash=digest,
        defaults={"file_name": fresh.file_name, "started_at": now},
    )
    return run


def _skip(items: Iterator[Item], *, run: ImportRun, rejects: RejectsFile) -> Iterator[Item]:
    """Go past what earlier sittings took in, writing its rejects into the file again."""
    stored = dict(run.rejects.values_list("line", "reason")) if run.pk and run.position else {}
    for _ in range(run.position):
        item = next(items, None)
        if isinstance(item, Reject):
            stored.pop(item.line, None)
            rejects.add(item)
    for line, reason in sorted(stored.items()):
        rejects.add(Reject(line, reason, ""))
    return items


def _ready(
    items: Iterable[Item], *, run: ImportRun, prepare: Callable[[Record], Record] | None
) -> Iterator[Item]:
    """All that can be done to them without the database, which is busy with the batch before."""
    for item in items:
        if isinstance(item, Record):
            news = plausible(item.news, heard_at=run.started_at)
            item = item if news is item.news else replace(item, news=news)
            item = prepare(item) if prepare is not None else item
        yield item


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    batch: list[Item] = []
    lines = 0
    for item in items:
        batch.append(item)
        lines += _lines_of(item)
        if len(batch) >= BATCH_RECORDS or lines >= BATCH_LINES:
            yield batch
            batch, lines = [], 0
    if batch:
        yield batch


def _lines_of(item: Item) -> int:
    """How many rows of the widest table an item brings: a batch must fit into memory, and what is
    looked up for it into one statement."""
    match item:
        case Record(news=OrderSnapshot(lines=lines)):
            return len(lines)
        case Record(news=ProductSnapshot(variants=variants)):
            return max(1, len(variants))
    return 1


def _take_batch(
    batch: list[Item], *, run: ImportRun, writer: Writer, rejects: RejectsFile, dry_run: bool
) -> None:
    records = [item for item in batch if isinstance(item, Record)]
    refused = [item for item in batch if isinstance(item, Reject)]
    if dry_run:
        taken = Taken(Counter(f"{_kind(record)} read" for record in records))
        _count(run, taken, len(batch))
    else:
        taken = _commit(batch, records, refused, run=run, writer=writer)
    for reject in sorted([*refused, *taken.rejects], key=lambda one: one.line):
        rejects.add(reject)


def _kind(record: Record) -> str:
    return KINDS.get(type(record.news), "other news")


def _commit(
    batch: list[Item],
    records: list[Record],
    refused: list[Reject],
    *,
    run: ImportRun,
    writer: Writer,
) -> Taken:
    for attempt in range(1, TRIES + 1):
        try:
            with transaction.atomic():
                held = ImportRun.objects.select_for_update().get(pk=run.pk)
                if held.position != run.position:
                    raise AlreadyRunning(
                        "Another import of this file is under way. What it has taken in is kept; "
                        "let it finish, or stop it and start again."
                    )
                taken = writer.take(records)
                _keep_rejects(run, [*refused, *taken.rejects])
                counts, position = Counter(run.counts) + taken.counts, run.position + len(batch)
                ImportRun.objects.filter(pk=run.pk).update(counts=counts, position=position)
        except (OperationalError, IntegrityError) as error:
            writer.rolled_back()  # a deadlock, or a hook brought the same row in between
            if attempt == TRIES:
                raise
            log.warning("import_batch_again", run_id=run.pk, error=type(error).__name__)
        else:
            writer.committed()
            _count(run, taken, len(batch))
            return taken
    raise AssertionError("unreachable")


def _count(run: ImportRun, taken: Taken, items: int) -> None:
    run.counts = Counter(run.counts) + taken.counts
    run.position += items


def _keep_rejects(run: ImportRun, rejects: Sequence[Reject]) -> None:
    rows = [
        ImportReject(store_id=run.store_id, run_id=run.pk, line=one.line, reason=one.reason[:300])
        for one in rejects
    ]
    ImportReject.objects.bulk_create(rows, ignore_conflicts=True)


def _finish(*, run: ImportRun, writer: Writer, now: datetime) -> None:
    while True:
        with transaction.atomic():
            counts = writer.finish_some()
            run.counts = Counter(run.counts) + (counts or Counter())
            run.finished_at = now if counts is None else None
            run.save(update_fields=["counts", "finished_at"])
        if counts is None:
            return
