"""A scratch database that leaves no trace, on whichever database `DATABASE_URL` names."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import django


@contextmanager
def scratch_database() -> Iterator[str]:
    """Set Django up on a new, migrated database, and drop it afterwards; yields its kind."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "engagement.settings")
    django.setup()
    from django.db import connection  # noqa: PLC0415 (needs the settings)

    kept = connection.settings_dict["NAME"]
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["NAME"] = f"{kept}_bench"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)
