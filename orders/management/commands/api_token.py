"""`api_token --store S --name N --scope events:write`: a bearer token, shown once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import clock
from core.stores.models import Store
from core.stores.scope import store_scope
from orders.operations.issue_api_token import SCOPES, UnknownScope, issue_api_token


class Command(BaseCommand):
    help = "Make a token for the REST API. It is shown once; only its hash is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store", required=True, help="The store's slug.")
        parser.add_argument("--name", required=True, help="Who uses it, for your own memory.")
        parser.add_argument(
            "--scope", action="append", required=True, help=f"One of: {', '.join(SCOPES)}."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        store = Store.objects.filter(slug=options["store"]).first()
        if store is None:
            raise CommandError(f"There is no store “{options['store']}”.")
        try:
            with store_scope(store.pk):
                _, token = issue_api_token(
                    store=store,
                    name=options["name"],
                    scopes=options["scope"],
                    now=clock.now(store),
                )
        except UnknownScope as error:
            raise CommandError(str(error)) from error
        self.stdout.write(token)
        self.stderr.write("Keep it now: it is not shown again.")
