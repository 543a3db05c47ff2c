"""Customers out of a file, with birthday, account day and what they said about marketing mail."""

from datetime import datetime
from pathlib import Path

from core.stores.models import Store
from orders.imports.formats import CUSTOMERS
from orders.imports.profile import load_profile
from orders.imports.take_in import Job, Progress, Summary, quiet, take_in
from orders.imports.write_one_by_one import OneByOne


def import_customers(
    *,
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

    `file_format` is a key of `formats.CUSTOMERS`; `profile` a shipped profile or a path, for CSV.
    Nothing is ever sent because of it. A dry run reads everything and writes nothing but the
    rejects file. Raises `UnknownFile`, `AlreadyRunning`.
    """
    job = Job(
        kind="customers",
        format=file_format,
        path=path,
        reader=CUSTOMERS[file_format],
        profile=load_profile(profile, kind="customers") if profile else None,
        rejects=rejects,
    )
    writer = OneByOne(store=store, what="customers", now=now)
    return take_in(job=job, store=store, writer=writer, now=now, progress=progress, dry_run=dry_run)
