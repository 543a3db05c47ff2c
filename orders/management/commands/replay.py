"""`replay`: work on kept notices again. One, a range, the dead letters, or all of a store."""

import json
from argparse import ArgumentParser
from collections import Counter
from datetime import datetime
from typing import IO, Any, cast

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_date, parse_datetime
from rich.console import Console
from rich.table import Table

from core.stores.models import Store
from core.stores.scope import every_store, store_scope
from orders.models import InboundNotice
from orders.operations.process_notices import drain_notices
from orders.operations.replay_notices import Queued, Selection, replay_notices


class Command(BaseCommand):
    help = "Work on kept notices again. What was applied before changes nothing the second time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("notice", nargs="?", default="", help="One notice, by its public id.")
        parser.add_argument("--store", help="The store's slug; needed unless one notice is named.")
        parser.add_argument("--since", help="Received at or after this time of the store.")
        parser.add_argument("--until", help="Received before this time.")
        parser.add_argument(
            "--dead", action="store_true", help="Only those that could not be read."
        )
        parser.add_argument("--all", action="store_true", help="Every notice of the store.")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        store = _store(options)
        selection = _selection(options, store)
        with store_scope(store.pk):
            queued = replay_notices(store_id=store.pk, selection=selection)
        if options["notice"] and not queued.ids and not queued.blanked:
            raise CommandError("This notice is still waiting to be worked on; nothing to replay.")
        drain_notices(only_store=store.pk)
        with store_scope(store.pk):
            rows = list(
                InboundNotice.objects.filter(pk__in=queued.ids).values_list("status", "reason")
            )
        if options["as_json"]:
            self.stdout.write(json.dumps(_facts(rows, queued), indent=2, ensure_ascii=False))
        else:
            _show(rows, queued, Console(file=cast(IO[str], self.stdout), width=100))


def _store(options: dict[str, Any]) -> Store:
    if options["notice"]:
        try:
            with every_store():
                notice = InboundNotice.objects.select_related("store").get(
                    public_id=options["notice"]
                )
        except (InboundNotice.DoesNotExist, ValidationError) as error:
            raise CommandError(f"There is no notice {options['notice']}.") from error
        if options["store"] and notice.store.slug != options["store"]:
            raise CommandError(f"There is no notice {options['notice']} in that store.")
        return notice.store
    if not (options["dead"] or options["all"] or options["since"] or options["until"]):
        raise CommandError("Say which: a notice's id, --since/--until, --dead, or --all.")
    store = Store.objects.filter(slug=options["store"] or "").first()
    if store is None:
        raise CommandError(f"Name a store with --store; “{options['store'] or ''}” is none.")
    return store


def _selection(options: dict[str, Any], store: Store) -> Selection:
    return Selection(
        public_id=options["notice"],
        since=_moment(options["since"], store),
        until=_moment(options["until"], store),
        dead_only=options["dead"],
    )


def _moment(value: str | None, store: Store) -> datetime | None:
    """A day or a time, in the store's zone where it names none."""
    if not value:
        return None
    try:
        read = parse_datetime(value)
        if read is None and (day := parse_date(value)):
            read = datetime(day.year, day.month, day.day)  # noqa: DTZ001 (given its zone below)
    except ValueError:
        read = None
    if read is None:
        raise CommandError(f"“{value}” is no time; write it like 2026-03-31 or 2026-03-31T14:00.")
    return read if read.tzinfo else read.replace(tzinfo=store.zone)


def _facts(rows: list[tuple[str, str]], queued: Queued) -> dict[str, Any]:
    reasons = Counter(f"{status}: {reason}" for status, reason in rows if reason)
    return {
        "replayed": len(rows),
        "without_body": queued.blanked,
        **Counter(status for status, _ in rows),
        "reasons": dict(reasons.most_common(20)),
    }


def _show(rows: list[tuple[str, str]], queued: Queued, console: Console) -> None:
    table = Table("Ended as", "Notices", "Why", title=f"Replayed {len(rows)} notices")
    for (status, reason), count in Counter(rows).most_common(20):
        table.add_row(status, str(count), reason)
    console.print(table)
    if queued.blanked:
        console.print(f"{queued.blanked} more are older than 30 days: their bodies are gone.")
