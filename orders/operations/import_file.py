"""Orders, products or customers out of a file."""

from datetime import datetime
from pathlib import Path
from typing import Literal

from core.stores.models import Store
from orders.imports.formats import READERS
from orders.imports.profile import load_profile
from orders.imports.take_in import Job, Progress, Summary, Writer, quiet, take_in
from orders.imports.write_orders import OrderWriter
from orders.imports.write_sets import customers_in_sets, products_in_sets

Kind = Literal["orders", "products", "customers"]


def import_file(
    *,
    kind: Kind,
    store: Store,
    path: Path,
    file_format: str,
    profile: str = "",
    rejects: Path | None = None,
    dry_run: bool = False,
    now: datetime,
    progress: Progress = quiet,
) -> Summary:
    """Take the file in, in the store's scope; a batch is a transaction of its own.

    `file_format` is a key of `formats.READERS[kind]`; `profile` a shipped profile or a path, for CSV.
    Nothing is ever sent because of it. A dry run reads everything and writes nothing but the
    rejects file. Raises `UnknownFile`, `AlreadyRunning`.
    """
    job = Job(
        kind=kind,
        format=file_format,
        path=path,
        reader=READERS[kind][file_format],
        profile=load_profile(profile, kind=kind) if profile else None,
        rejects=rejects,
    )
    writer = _writer(job, store=store, now=now)
    return take_in(job=job, store=store, writer=writer, now=now, progress=progress, dry_run=dry_run)


def _writer(job: Job, *, store: Store, now: datetime) -> Writer:
    if job.kind == "orders":
        source = job.profile.source if job.profile else ""
        return OrderWriter(store=store, source=source, now=now)
    if job.kind == "products":
        return products_in_sets(store=store, now=now)
    return customers_in_sets(store=store, now=now)
