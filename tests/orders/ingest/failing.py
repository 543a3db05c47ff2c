"""A database that goes away for a few statements."""

from contextlib import AbstractContextManager

from django.db import OperationalError, connection


def failing(*, on: str, times: int) -> AbstractContextManager[None]:
    """Statements that name `on` find the database away, so many times."""
    left = [times]

    def execute(go, sql, params, many, context):
        if on in sql and left[0]:
            left[0] -= 1
            raise OperationalError("gone")
        return go(sql, params, many, context)

    return connection.execute_wrapper(execute)
