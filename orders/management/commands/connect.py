"""`connect SOURCE --store S`: open a webhook address and say what to click in the shop's settings."""

import json
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import clock
from core.stores.models import Store
from core.stores.scope import store_scope
from orders.operations.connect_source import (
    BadSecret,
    Connection,
    NothingToRotate,
    UnknownSource,
    connect_source,
    rotate_secret,
)


class Command(BaseCommand):
    help = "Make a webhook address for a source; print it, its secret and what to click."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", help="shopify, woocommerce, aftership, easypost or generic")
        parser.add_argument("--store", required=True, help="The store's slug.")
        parser.add_argument("--secret", help="The signing secret, where the platform chooses it.")
        parser.add_argument("--shop", default="", help="The shop's own domain on the platform.")
        parser.add_argument("--rotate", action="store_true", help="Change the secret.")
        parser.add_argument(
            "--overlap",
            type=float,
            default=24,
            help="Hours the old secret still counts (1 or more).",
        )
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        store = Store.objects.filter(slug=options["store"]).first()
        if store is None:
            raise CommandError(f"There is no store “{options['store']}”.")
        try:
            with store_scope(store.pk):
                connection = _connect(store, options)
        except (UnknownSource, BadSecret, NothingToRotate) as error:
            raise CommandError(str(error)) from error
        if options["as_json"]:
            facts = {"source": options["source"], "url": connection.url}
            self.stdout.write(json.dumps({**facts, "secret": connection.secret}, indent=2))
            return
        self.stdout.write(f"URL     {connection.url}")
        self.stdout.write(f"Secret  {connection.secret}")
        self.stdout.write("")
        self.stdout.write(connection.clicks)
        until = connection.endpoint.previous_secret_until
        if until and until > clock.now(store):
            self.stdout.write(
                f"\nThe secret before this one counts until {until:%Y-%m-%d %H:%M} UTC."
            )


def _connect(store: Store, options: dict[str, Any]) -> Connection:
    now = clock.now(store)
    if options["rotate"]:
        return rotate_secret(
            store=store,
            source=options["source"],
            secret=options["secret"],
            overlap=timedelta(hours=options["overlap"]),
            now=now,
        )
    return connect_source(
        store=store,
        source=options["source"],
        secret=options["secret"],
        shop=options["shop"],
        now=now,
    )
