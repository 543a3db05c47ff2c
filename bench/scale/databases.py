"""Bench databases beside the one that `DATABASE_URL` names, and going from one to the other.

They are kept between runs (seeding three million orders takes minutes); `--drop` removes them.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "engagement.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

HOME = str(connection.settings_dict["NAME"])


def name_of(size: str) -> str:
    """The database of one size: beside ours, with its size in the name."""
    return f"{HOME}_{size}"


def go_to(size: str) -> None:
    """Let Django's one connection lead to the database of `size`."""
    _connect_to(name_of(size))


def _connect_to(name: str) -> None:
    if connection.settings_dict["NAME"] != name:
        connection.close()
        connection.settings_dict["NAME"] = name


def make(size: str) -> bool:
    """Create the database of `size`, or bring the kept one up to date; true when it is new."""
    _connect_to(HOME)
    if connection.vendor != "postgresql":
        raise SystemExit("This bench wants PostgreSQL: set DATABASE_URL.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name_of(size)])
        is_new = cursor.fetchone() is None
        if is_new:
            cursor.execute(f'CREATE DATABASE "{name_of(size)}"')
    go_to(size)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    call_command("migrate", verbosity=0)
    return is_new


def drop(size: str) -> None:
    """Remove the database of `size`, if there is one."""
    _connect_to(HOME)
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name_of(size)}"')


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is rolled back, so that the next round finds the same."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
