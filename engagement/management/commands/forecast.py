"""What would be sent in the coming days, when, and why not."""

import json
from argparse import ArgumentParser
from datetime import timedelta
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from core.clock import now as store_now
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.insight.forecast import (
    Expected,
    StepForecast,
    forecast_customer,
    forecast_store,
)
from engagement.messages.models import Reason
from orders.models import Customer

COLUMNS = 3


class Command(BaseCommand):
    help = (
        "What would be sent in the coming days, when, and what stands in its way as things are "
        "now: for the whole store, or for one customer (e-mail or public id)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store", required=True, help="Slug of the store.")
        parser.add_argument("--days", type=int, default=90, help="How far to look (up to 366).")
        parser.add_argument("--customer", help="E-mail address or public id.")
        parser.add_argument("--json", action="store_true", help="For machines.")

    def handle(self, *args: Any, **options: Any) -> None:
        store = Store.objects.filter(slug=options["store"]).first()
        if store is None:
            raise CommandError(f"There is no store “{options['store']}”.")
        if options["days"] < 1:
            raise CommandError("Look at least one day ahead.")
        now = store_now(store)
        if options["customer"]:
            customer = _customer(store, options["customer"])
            mails = forecast_customer(store=store, customer=customer, now=now, days=options["days"])
            answer: Any = [_mail_facts(mail, store) for mail in mails]
            table = _mail_table(answer, f"{customer}: the next {options['days']} days")
        else:
            steps = forecast_store(store=store, now=now, days=options["days"])
            answer = [_step_facts(step) for step in steps]
            table = _step_table(
                steps, store, start=now.astimezone(store.zone).date(), days=options["days"]
            )
        if options["json"]:
            self.stdout.write(json.dumps(answer))
        elif not answer:
            self.stdout.write("Nothing is planned. Orders that come in will change that.")
        else:
            Console(file=cast(IO[str], self.stdout), width=120).print(table)


def _customer(store: Store, who: str) -> Customer:
    with store_scope(store.pk):
        living = Customer.objects.filter(merged_into__isnull=True)
        found = living.filter(email=who.strip().lower()).first()
        if found is None and len(who) in (32, 36):
            try:
                found = living.filter(public_id=who).first()
            except ValueError:
                found = None
    if found is None:
        raise CommandError(f"{store.name} knows no such customer.")
    return found


def _mail_facts(mail: Expected, store: Store) -> dict[str, Any]:
    return {
        "at": mail.due_at.astimezone(store.zone).isoformat(timespec="minutes"),
        "flow": mail.flow,
        "step": mail.step,
        "answer": mail.answer,
        "planned": mail.planned,
    }


def _mail_table(rows: list[dict[str, Any]], title: str) -> Table:
    table = Table("when", "mail", "as things are now", title=title)
    for row in rows:
        answer = row["answer"]
        words = Reason(answer).label if answer in Reason.values else answer
        table.add_row(row["at"].replace("T", " ")[:16], f"{row['flow']} {row['step']}", words)
    return table


def _step_facts(step: StepForecast) -> dict[str, Any]:
    return {
        "flow": step.flow,
        "step": step.step,
        "total": step.total,
        "by_day": {day.isoformat(): number for day, number in sorted(step.by_day.items())},
        "sampled": step.sampled,
        "would_go": step.would_go,
        "reasons": dict(step.reasons),
    }


def _step_table(steps: list[StepForecast], store: Store, *, start: Any, days: int) -> Table:
    width = -(-days // COLUMNS)
    spans = [
        (start + timedelta(days=n * width), start + timedelta(days=(n + 1) * width))
        for n in range(COLUMNS)
    ]
    table = Table(title=f"{store.name}: the next {days} days")
    table.add_column("mail")
    for first, last in spans:
        table.add_column(f"{first:%d %b}–{last - timedelta(days=1):%d %b}", justify="right")
    table.add_column("as things are now (of a sample)")
    for step in steps:
        counts = [
            sum(n for day, n in step.by_day.items() if first <= day < last) for first, last in spans
        ]
        table.add_row(
            f"{step.flow} {step.step}".strip(), *(str(n) for n in counts), _sample_words(step)
        )
    return table


def _sample_words(step: StepForecast) -> str:
    if not step.sampled:
        return "planned a week ahead"
    parts = [f"{step.would_go} of {step.sampled} would go"]
    parts += [f"{n}: {Reason(reason).label}" for reason, n in step.reasons.most_common()]
    return "; ".join(parts)
