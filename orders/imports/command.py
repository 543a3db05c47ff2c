"""What the three import commands share: arguments, progress bar, the table at the end."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import IO, Any, ClassVar, cast

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn
from rich.table import Table

from core import clock
from core.stores.models import Store
from core.stores.scope import store_scope
from orders.imports.formats import READERS
from orders.imports.take_in import AlreadyRunning, Summary
from orders.imports.trouble import UnknownFile
from orders.operations.import_file import Kind, import_file


class ImportCommand(BaseCommand):
    """Base of the import commands: load, one call, tell."""

    kind: ClassVar[Kind]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="The file; .gz is read directly.")
        parser.add_argument("--store", required=True, help="Slug of the store.")
        parser.add_argument("--format", required=True, choices=tuple(READERS[self.kind]))
        parser.add_argument(
            "--profile", default="", help="For csv: a shipped profile, or the path of a .toml file."
        )
        parser.add_argument(
            "--rejects", type=Path, help="Where bad lines go; beside the file where not named."
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Read and check everything, write nothing."
        )
        parser.add_argument("--json", action="store_true", help="Print the figures as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        store = Store.objects.filter(slug=options["store"]).first()
        if store is None:
            slugs = ", ".join(Store.objects.order_by("slug").values_list("slug", flat=True)[:20])
            raise CommandError(
                f"There is no store {options['store']}. There are: {slugs or 'none'}."
            )
        try:
            with store_scope(store.pk):
                summary = self._run(store, options)
        except (UnknownFile, AlreadyRunning) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(as_json(summary)))
        else:
            self._tell(summary)

    def _run(self, store: Store, options: dict[str, Any]) -> Summary:
        console = Console(file=sys.stderr)
        bar = Progress(
            "{task.description}",
            BarColumn(),
            DownloadColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=options["json"] or not console.is_terminal,
        )
        with bar:
            task = bar.add_task(options["file"].name, total=None)
            return import_file(
                kind=self.kind,
                store=store,
                path=options["file"],
                file_format=options["format"],
                profile=options["profile"],
                rejects=options["rejects"],
                dry_run=options["dry_run"],
                now=clock.now(store),
                progress=lambda done, size: bar.update(task, completed=done, total=size),
            )

    def _tell(self, summary: Summary) -> None:
        table = Table(title="Checked, nothing written" if summary.dry_run else "Taken in")
        table.add_column("What")
        table.add_column("How many", justify="right")
        for name, count in sorted(summary.counts.items()) + sorted(summary.tally.items()):
            table.add_row(name, f"{count:,}")
        table.add_row("lines left out, with reason", f"{summary.rejected:,}")
        console = Console(file=cast(IO[str], self.stdout), width=100)
        if summary.repeated:
            console.print("This file was taken in before; it was gone through again.")
        elif summary.resumed_at:
            console.print(f"Went on after record {summary.resumed_at:,}, where it had stopped.")
        console.print(table)
        console.print(f"{summary.records:,} records in {summary.seconds:.1f} s.")
        if summary.rejects:
            console.print(f"What was left out, and why: {summary.rejects}", soft_wrap=True)


def as_json(summary: Summary) -> dict[str, Any]:
    """The figures for machines."""
    return {
        "counts": dict(summary.counts),
        "tally": dict(summary.tally),
        "records": summary.records,
        "rejected": summary.rejected,
        "rejects": str(summary.rejects) if summary.rejects else None,
        "resumed_at": summary.resumed_at,
        "repeated": summary.repeated,
        "seconds": round(summary.seconds, 3),
        "dry_run": summary.dry_run,
    }
