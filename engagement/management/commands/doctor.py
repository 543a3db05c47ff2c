"""Is this installation set up, and is it well?"""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from core.clock import real_now
from engagement.doctor import domain, examine

COLORS = {"ok": "green", "warn": "yellow", "fail": "red"}


class Command(BaseCommand):
    help = (
        "Checks settings, database, broker, mail, queues and stores. Each line says ok, warn or "
        "fail and what to do; the exit code is 1 when something failed."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--domain",
            nargs="?",
            const="",
            metavar="NAME",
            help="Only DNS of the sending domains (or of NAME): SPF, DKIM, DMARC, MX.",
        )
        parser.add_argument("--json", action="store_true", help="For machines.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["domain"] is None:
            findings = examine(now=real_now())
        else:
            findings = domain.examine(now=real_now(), only=options["domain"])
        if options["json"]:
            self.stdout.write(json.dumps([asdict(finding) for finding in findings]))
        else:
            table = Table(show_lines=False)
            for column in ("", "about", "found", "what to do"):
                table.add_column(column)
            for finding in findings:
                color = COLORS[finding.mark]
                table.add_row(
                    f"[{color}]{finding.mark}[/{color}]",
                    finding.about,
                    finding.found,
                    finding.advice,
                )
            Console(file=cast(IO[str], self.stdout)).print(table)
        failed = sum(finding.mark == "fail" for finding in findings)
        if failed:
            raise CommandError(f"{failed} of {len(findings)} checks failed.")
