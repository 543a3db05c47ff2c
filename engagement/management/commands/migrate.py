"""Django's `migrate`, made fit to run while shops are served."""

import time
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as Migrate
from django.db import OperationalError, connections

LOCK_TIMEOUT = "2s"  # whoever waits for the migration waits no longer than this
PAUSE_SECONDS = 3.0
LOCK_NOT_AVAILABLE = "55P03"


class Command(Migrate):
    help = (
        "Bring the database up to date. On PostgreSQL no step waits longer than two seconds for a "
        "lock, so that requests never queue behind it: it steps back and tries again."
    )

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--lock-tries",
            type=int,
            default=20,
            help="How often to try for a lock that others hold, with a pause in between.",
        )

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Raises `CommandError` when a lock could not be had; steps already taken stay taken."""
        connection = connections[options["database"]]
        if connection.vendor != "postgresql":
            return super().handle(*args, **options)
        tries = max(1, options["lock_tries"])
        for left in reversed(range(tries)):
            connection.ensure_connection()
            with connection.cursor() as cursor:
                # Building an index may take its time; waiting for a lock may not.
                cursor.execute("SET statement_timeout = 0")
                cursor.execute("SET lock_timeout = %s", [LOCK_TIMEOUT])
            try:
                return super().handle(*args, **options)
            except OperationalError as error:
                if getattr(error.__cause__, "pgcode", "") != LOCK_NOT_AVAILABLE:
                    raise
                if left:
                    self.stderr.write(
                        f"A table is in use; nothing was blocked. Trying again in "
                        f"{PAUSE_SECONDS:g} s ({left} more tries)."
                    )
                    time.sleep(PAUSE_SECONDS)
            finally:
                connection.close()  # and with it the two limits
        raise CommandError(
            "The database is too busy to change it: a lock could not be had within two seconds, "
            f"{tries} times. The steps before it are done. Run `migrate` again in a quieter hour, "
            "or look for a long transaction in pg_stat_activity."
        )
