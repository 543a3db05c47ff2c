"""One pass of the engine, all of it, how it stands, and the brake."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from rich.console import Console
from rich.table import Table

from core.clock import real_now
from core.events.spine import drain
from core.stores.models import Store
from engagement.chores import CHORES, run_now
from engagement.figures import figures
from engagement.messages.operations.dispatch import drain_outbox
from engagement.messages.operations.hold_sending import hold_sending, release_sending
from orders.operations.carry_out import drain_commands
from orders.operations.process_notices import drain_notices


class Command(BaseCommand):
    help = (
        "The engine: `tick` runs every chore once, `drain` works until nothing is due, `status` "
        "shows what is due, claimed, uncertain and how old, `hold` stops sending, `release` "
        "starts it again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["tick", "drain", "status", "hold", "release"])
        parser.add_argument("--store", help="Slug of one store; without it, all of them.")
        parser.add_argument("--reason", default="", help="Why, for `hold`; shown in the dashboard.")
        parser.add_argument("--json", action="store_true", help="For machines.")

    def handle(self, *args: Any, **options: Any) -> None:
        store = _store(options["store"])
        answer: dict[str, Any]
        match options["what"]:
            case "tick":
                answer = {chore.name: run_now(chore) for chore in CHORES}
            case "drain":
                answer = _drain(store)
            case "hold":
                answer = {
                    "held": hold_sending(
                        reason=options["reason"] or "Held by hand",
                        actor="engine hold",
                        now=real_now(),
                        store_id=store.pk if store else None,
                    )
                }
            case "release":
                answer = {
                    "released": release_sending(
                        actor="engine release", now=real_now(), store_id=store.pk if store else None
                    )
                }
            case _:
                answer = asdict(figures(now=real_now(), only_store=store))
        if options["json"]:
            self.stdout.write(json.dumps(answer, default=str))
        else:
            _show(answer, title=f"engine {options['what']}", out=self.stdout)


def _store(slug: str | None) -> Store | None:
    if not slug:
        return None
    try:
        return Store.objects.get(slug=slug)
    except Store.DoesNotExist:
        known = ", ".join(Store.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no store “{slug}”. Stores here: {known}.") from None


def _drain(store: Store | None) -> dict[str, int]:
    only = store.pk if store else None
    total = {"notices": 0, "reactions": 0, "commands": 0, "mails": 0}
    while True:
        round_ = {
            "notices": drain_notices(only_store=only),
            "reactions": drain(only_store=only),
            "commands": drain_commands(only_store=only),
            "mails": drain_outbox(only_store=only),
        }
        if not any(round_.values()):
            return total
        for name, number in round_.items():
            total[name] += number


def _show(answer: dict[str, Any], *, title: str, out: OutputWrapper) -> None:
    table = Table(title=title)
    table.add_column("what")
    table.add_column("figure", justify="right")
    for name, value in answer.items():
        if isinstance(value, dict):
            for part, number in value.items():
                table.add_row(f"{name} · {part}".replace("_", " "), _words(number))
        else:
            table.add_row(name.replace("_", " "), _words(value))
    Console(file=cast(IO[str], out)).print(table)


def _words(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.0f} s"
    if isinstance(value, list):
        return ", ".join(value) or "–"
    return str(value)
