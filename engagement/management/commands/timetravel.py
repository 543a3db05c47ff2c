"""Run a demo store's engine with its clock moved."""

from argparse import ArgumentParser
from datetime import UTC, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_date, parse_datetime
from rich.progress import Progress

from core.clock import now as store_now
from core.stores.models import Store
from engagement.travel import CannotTravel, travel


class Command(BaseCommand):
    help = (
        "Moves a demo store's clock forward and lets the real engine do all that falls due on the "
        "way; mails go into the local mailbox."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store", required=True, help="Slug of a demo store.")
        parser.add_argument("--to", required=True, help="2026-12-24 or 2026-12-24T18:00.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            store = Store.objects.get(slug=options["store"])
        except Store.DoesNotExist:
            raise CommandError(f"There is no store “{options['store']}”.") from None
        to = _moment(options["to"], store)
        start = store_now(store)
        with Progress(transient=True) as progress:
            bar = progress.add_task(store.name, total=(to - start).total_seconds())

            def on_stop(stop: datetime, sent: int) -> None:
                progress.update(bar, completed=(stop - start).total_seconds())

            try:
                sent = travel(store=store, to=to, on_stop=on_stop)
            except CannotTravel as error:
                raise CommandError(str(error)) from None
        here = store_now(store).astimezone(store.zone)
        self.stdout.write(f"It is {here:%Y-%m-%d %H:%M} in {store.name}; {sent} mails left.")


def _moment(text: str, store: Store) -> datetime:
    """A date (its start) or a time in the store's zone, as UTC."""
    try:
        moment = parse_datetime(text) if "T" in text else None
        day = None if moment else parse_date(text)
    except ValueError:
        moment = day = None
    if day:
        moment = datetime.combine(day, time())
    if moment is None:
        raise CommandError(f"“{text}” is no date; write 2026-12-24 or 2026-12-24T18:00.")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=store.zone)
    return moment.astimezone(UTC)
