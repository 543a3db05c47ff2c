"""Statements that PostgreSQL plans once a connection, not at every call.

For the few that run once a mail and join so much that planning them costs more than running them.
They need connections of their own or pooled by session; PgBouncer must not pool by transaction.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

_known: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
"""What each connection to the server has prepared already."""


@dataclass(frozen=True)
class Prepared:
    """A statement whose text calls its parameters ``{name}``; `types` are theirs, by name."""

    text: str = field(repr=False)
    types: Mapping[str, str]

    @cached_property
    def name(self) -> str:
        """By its text, so that a newer program never meets an older plan under the same name."""
        return "afterglow_" + hashlib.sha256(self.text.encode()).hexdigest()[:24]

    def call(self, **values: Any) -> tuple[str, list[Any]]:
        """(SQL that executes it with these values, its parameters); prepares it where needed.

        The SQL may stand in one string with other statements. One more round trip at first use.
        """
        connection.ensure_connection()
        known = _known.setdefault(connection.connection, set())
        if self.name not in known:
            self._prepare()
            known.add(self.name)
        return self._execute, [values[name] for name in self.types]

    @cached_property
    def _execute(self) -> str:
        return f"EXECUTE {self.name}({', '.join(['%s'] * len(self.types))})"

    def _prepare(self) -> None:
        numbered = {name: f"${place}" for place, name in enumerate(self.types, 1)}
        text = self.text.format(**numbered)
        # Past Django's own cursor, as opening the connection is: it is no statement of anybody's work.
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            # One plan for all values: they differ in nothing that a better plan could use.
            cursor.execute("SET plan_cache_mode = force_generic_plan")
            cursor.execute(f"PREPARE {self.name} ({', '.join(self.types.values())}) AS {text}")
