"""`erase_customer`: erase somebody now, by the same operation as their own page and the platforms."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from core.audit.write import write_down
from core.clock import now as store_now
from core.stores.scope import store_scope
from orders.management.commands.export_customer import customer_of, store_of
from orders.models import PrivacyRequest
from orders.operations.erase_customer import erase_customer
from orders.operations.keep_wish import keep_wish


class Command(BaseCommand):
    help = (
        "Erase a customer at once. What tax law asks for stays without a name. It cannot be undone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--store", required=True, metavar="SLUG")
        parser.add_argument("--email", required=True)
        parser.add_argument(
            "--yes", action="store_true", help="Really; without it nothing is erased."
        )
        parser.add_argument("--silent", action="store_true", help="Send them no receipt.")

    def handle(self, **options: Any) -> None:
        store = store_of(options["store"])
        with store_scope(store.pk), transaction.atomic():
            now = store_now(store)
            customer = customer_of(email=options["email"])
            if not options["yes"]:
                raise CommandError(f"Add --yes to erase customer {customer.pk} for good.")
            demand = keep_wish(
                customer=customer,
                kind=PrivacyRequest.Kind.ERASE_CUSTOMER,
                source="command",
                starts_at=None,
                is_told=not options["silent"],
                now=now,
            )
            erase_customer(demand=demand, customer=customer, now=now)
            write_down(
                store_id=store.pk,
                actor="erase_customer",
                action="customer.erased",
                subject=f"customer:{customer.pk}",
                now=now,
            )
        self.stdout.write(f"Erased: {demand.outcome}.")
