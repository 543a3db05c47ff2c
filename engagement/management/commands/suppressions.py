"""The list of those we leave alone: in and out."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.clock import now as store_now
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.preferences.models import Suppression
from engagement.preferences.operations.import_suppressions import import_suppressions
from engagement.preferences.suppression_file import suppression_lines


class Command(BaseCommand):
    help = (
        "Takes in a list of addresses (or our own hashes) to leave alone, or writes it out as "
        "hashes. Any size; safe to repeat."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("deed", choices=["import", "export"])
        parser.add_argument("file", nargs="?", help="Where from, or where to (else the screen).")
        parser.add_argument("--store", required=True, help="The store's slug.")
        parser.add_argument(
            "--reach",
            choices=Suppression.Reach.values,
            default=Suppression.Reach.MARKETING,
            help="Lines that do not say it themselves: no marketing, or no mail at all.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        store = Store.objects.filter(slug=options["store"]).first()
        if store is None:
            raise CommandError(f"There is no store {options['store']}.")
        path = Path(options["file"]) if options["file"] else None
        if options["deed"] == "export":
            self._export(store, path)
        elif path is None or not path.is_file():
            raise CommandError("Name the file to read.")
        else:
            self._import(store, path, reach=options["reach"])

    def _export(self, store: Store, path: Path | None) -> None:
        lines = suppression_lines(store_id=store.pk)
        if path is None:
            for line in lines:
                self.stdout.write(line, ending="")
            return
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines)

    def _import(self, store: Store, path: Path, *, reach: str) -> None:
        with path.open(encoding="utf-8-sig", errors="replace") as file, store_scope(store.pk):
            taken = import_suppressions(
                store_id=store.pk, lines=file, reach=reach, now=store_now(store)
            )
        self.stdout.write(
            f"{taken.new} new, {taken.known} known before, {taken.rejected} name nobody."
        )
        if taken.rejects:
            print(f"Lines: {', '.join(map(str, taken.rejects))}", file=sys.stderr)
