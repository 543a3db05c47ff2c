"""Give each message of a batch its own values in one statement."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection


def write_each(
    *, table: str, key: str, changes: str, always: Sequence[Any], each: Mapping[int, Sequence[Any]]
) -> None:
    """``UPDATE table SET changes`` for the rows of `each`, whose values `changes` calls
    ``told.column2`` and on; `always` fills its placeholders.

    `table`, `key` and `changes` are our own words, never anybody's input.
    """
    if not each:
        return
    width = len(next(iter(each.values()))) + 1
    rows = ", ".join([f"({', '.join(['%s'] * width)})"] * len(each))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {changes} FROM (VALUES {rows}) AS told "  # noqa: S608
            f"WHERE {table}.{key} = told.column1",
            [*always, *(cell for pk in sorted(each) for cell in (pk, *each[pk]))],
        )


MESSAGES = {"table": "engagement_messages_message", "key": "id"}
OUTBOX = {"table": "engagement_messages_outbox", "key": "message_id"}
