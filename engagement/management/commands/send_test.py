"""``send_test``: one mail with sample data, through the store's own way of sending."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.clock import now as store_now
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.flows.context.shop import store_data
from engagement.messages.delivery.accounts import sender_for
from engagement.messages.delivery.compose import Origin
from engagement.messages.delivery.headers import AddressUnsafe
from engagement.messages.operations.write_sample import write_sample
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
            email, _ = write_sample(
                template=options["template"],
                language=options["language"] or store.default_language,
                sample=options["sample"],
                store=store,
                store_data=store_data(store),
                to=options["to"],
                now=now,
            )
        except (TemplateBroken, AddressUnsafe) as error:
            raise CommandError(f"{error} Nothing was sent.") from error
        email.subject = f"[Test] {email.subject}"
        email.afterglow = Origin(  # type: ignore[attr-defined]
            store_id=store.pk, message_id=None, store_now=now
        )
        with store_scope(store.pk):
            sender = sender_for(store=store)
        try:
            sender.connect().send_messages([email])
        except Exception as error:
            raise CommandError(
                f"The sending account did not take the mail ({type(error).__name__}). "
                "Check EMAIL_URL or the account in the dashboard."
            ) from error
        self.stdout.write(f"Sent “{email.subject}” through {sender.backend}.")
