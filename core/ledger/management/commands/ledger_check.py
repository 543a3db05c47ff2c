"""`manage.py ledger_check [--store S]`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.ledger.models import Movement
from core.ledger.recount import differences
from core.stores.models import Store
from core.stores.scope import store_scope


class Command(BaseCommand):
    help = (
        "Works out every balance, lot and reversal of store credit and points again from the "
        "entries, and tells each difference. Ends with an error where there is one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store", help="Only this store, by its slug.")

    def handle(self, *args: Any, **options: Any) -> None:
        stores = Store.objects.order_by("slug")
        if options["store"]:
            stores = stores.filter(slug=options["store"])
            if not stores:
                raise CommandError(f"There is no store {options['store']}.")
        wrong = 0
        for store in stores:
            with store_scope(store.pk):
                found = 0
                for one in differences(store_id=store.pk):
                    found += 1
                    self.stdout.write(f"{store.slug}: {one}")
                if not found:
                    count = Movement.objects.count()
                    self.stdout.write(f"{store.slug}: {count} movements, nothing differs.")
                wrong += found
        if wrong:
            raise CommandError(f"{wrong} differences.")
