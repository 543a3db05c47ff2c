"""Write to people of the past: counted first, capped, and spread over days."""

import json
from argparse import ArgumentParser
from datetime import UTC, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_date

from core.clock import now as store_now
from core.stores.models import Store
from engagement.flows.operations.start_backfill import (
    BackfillRefused,
    count_backfill,
    start_backfill,
)


class Command(BaseCommand):
    help = (
        "Starts a marketing flow for orders of the past. Without --go it only counts how many mails "
        "that would be; with it they are planned, at most --cap, spread over --spread-days."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store", required=True, help="Slug of the store.")
        parser.add_argument("--flow", required=True, help="For instance review_request.")
        parser.add_argument("--since", required=True, help="Orders placed from this day on.")
        parser.add_argument("--cap", type=int, default=500, help="Most starts to plan (500).")
        parser.add_argument("--spread-days", type=int, default=7, help="Spread over days (7).")
        parser.add_argument("--go", action="store_true", help="Plan them; otherwise only count.")
        parser.add_argument("--json", action="store_true", help="For machines.")

    def handle(self, *args: Any, **options: Any) -> None:
        store = Store.objects.filter(slug=options["store"]).first()
        if store is None:
            raise CommandError(f"There is no store “{options['store']}”.")
        now = store_now(store)
        try:
            backfill = count_backfill(
                store=store,
                flow=options["flow"],
                since=_start(options["since"], store),
                cap=options["cap"],
                spread_days=options["spread_days"],
                by="backfill command",
                now=now,
            )
            if options["go"]:
                backfill = start_backfill(backfill=backfill, now=now)
        except BackfillRefused as error:
            raise CommandError(str(error)) from None
        facts = {
            "flow": backfill.flow,
            "counted": backfill.counted,
            "planned": backfill.planned,
            "spread_days": backfill.spread_days,
        }
        if options["json"]:
            self.stdout.write(json.dumps(facts))
        elif options["go"]:
            self.stdout.write(
                f"{backfill.planned} of {backfill.counted} starts are planned, spread over "
                f"{backfill.spread_days} days. Each mail still passes consent, caps and quiet hours."
            )
        else:
            self.stdout.write(
                f"{backfill.counted} starts would be planned, spread over {backfill.spread_days} "
                "days. Nothing was planned; add --go to plan them."
            )


def _start(text: str, store: Store) -> datetime:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise CommandError(f"“{text}” is no date; write 2026-01-31.")
    return datetime.combine(day, time(), tzinfo=store.zone).astimezone(UTC)
