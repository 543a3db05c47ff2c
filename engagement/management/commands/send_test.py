"""``send_test``: one mail with sample data, through the store's own way of sending."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.clock import now as store_now
from core.stores.models import Store
from engagement.flows.context.preview import sample_context
from engagement.messages.delivery.headers import AddressUnsafe
from engagement.messages.live_copy import live_copy
from engagement.messages.operations.send_test import TestNotSent, send_test
from engagement.messages.rendering.broken import TemplateBroken
from engagement.messages.rendering.samples import KEYS, SAMPLES


class Command(BaseCommand):
    help = "Send one mail with sample data to an address of yours."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--store", required=True, help="The store's slug.")
        parser.add_argument("--template", required=True, choices=KEYS, metavar="KEY")
        parser.add_argument("--to", required=True, help="Your address.")
        parser.add_argument("--language", default="", help="Default: the store's.")
        parser.add_argument("--sample", default="full", choices=list(SAMPLES))

    def handle(self, *args: Any, **options: Any) -> None:
        store = Store.objects.filter(slug=options["store"]).first()
        if store is None:
            raise CommandError(f"There is no store “{options['store']}”; nothing was sent.")
        now = store_now(store)
        try:
            told = send_test(
                store=store,
                template=options["template"],
                language=options["language"] or store.default_language,
                context=sample_context(store=store, sample=options["sample"]),
                to=options["to"],
                own=live_copy(store=store, now=now),
                now=now,
            )
        except (TemplateBroken, AddressUnsafe) as error:
            raise CommandError(f"{error} Nothing was sent.") from error
        except TestNotSent as error:
            raise CommandError(str(error)) from error
        self.stdout.write(told)
