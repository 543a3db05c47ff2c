"""Let SQLite write the demo's year without waiting for the disk at every commit."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from core.stores.models import Store


@contextmanager
def quick_commits() -> Iterator[None]:
    """``synchronous=NORMAL`` while seeding an empty SQLite database, FULL again afterwards.

    Nothing of a demo leaves the machine, so a mark lost in a power cut costs nobody a second mail,
    and in WAL mode the file stays whole. With any shop in it already the setting is left alone.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block or Store.objects.exists():
        yield
        return
    _set("NORMAL")
    try:
        yield
    finally:
        _set("FULL")


def _set(level: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA synchronous={level}")
