"""`export_customer`: everything that is kept of somebody, as a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.audit.write import write_down
from core.clock import now as store_now
from core.stores.models import Store
from core.stores.scope import store_scope
from orders.email_address import normalize_email
from orders.models import Customer
from orders.operations.build_export import pack
from orders.operations.read_person import read_person


def customer_of(*, email: str) -> Customer:
    """The living customer with that address. Inside the store's scope."""
    found = Customer.objects.filter(
        email=normalize_email(email), merged_into=None, erased_at=None
    ).first()
    if found is None:
        raise CommandError("No customer of this store has that address.")
    return found


def store_of(slug: str) -> Store:
    """The store of that slug."""
    store = Store.objects.filter(slug=slug).first()
    if store is None:
        raise CommandError(f"There is no store {slug!r}.")
    return store


class Command(BaseCommand):
    help = "Everything that is kept of a customer: data.json, a CSV per table and their papers, zipped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--store", required=True, metavar="SLUG")
        parser.add_argument("--email", required=True)
        parser.add_argument("--out", required=True, type=Path, help="The zip file to write.")

    def handle(self, **options: Any) -> None:
        store = store_of(options["store"])
        with store_scope(store.pk):
            now = store_now(store)
            customer = customer_of(email=options["email"])
            packed = pack(person=read_person(customer), now=now)
            write_down(
                store_id=store.pk,
                actor="export_customer",
                action="customer.exported",
                subject=f"customer:{customer.pk}",
                now=now,
            )
        options["out"].write_bytes(packed)
        options["out"].chmod(0o600)
        self.stdout.write(
            f"{options['out']}: {len(packed)} bytes. Keep it where nobody else can reach it."
        )
