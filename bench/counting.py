"""Count SQL statements and CPU time of a block: what holds still on a busy machine."""

import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

NUMBERS = re.compile(r"'[^']*'|\b\d+\b|%s(, %s)*")
BRACKETS = re.compile(r'"s\d+_x\d+"|"s\d+"')


@dataclass
class Cost:
    """What a block cost so far. `rounds` is how often it ran."""

    statements: int = 0
    cpu_seconds: float = 0.0
    sql_seconds: float = 0.0  # from asking the database to its answer
    rounds: int = 0
    shapes: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def measured(self, *, rounds: int = 1) -> Iterator[None]:
        """Add what happens inside, which does the thing `rounds` times."""

        def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            self.statements += 1
            self.shapes[shape(sql)] += 1
            asked = time.perf_counter()
            try:
                return execute(sql, params, many, context)
            finally:
                self.sql_seconds += time.perf_counter() - asked

        begun = time.process_time()
        with connection.execute_wrapper(count):
            yield
        self.cpu_seconds += time.process_time() - begun
        self.rounds += rounds

    @property
    def per_round(self) -> tuple[float, float]:
        """(statements, CPU milliseconds) of one round."""
        rounds = max(1, self.rounds)
        return self.statements / rounds, 1000 * self.cpu_seconds / rounds


def shape(sql: str) -> str:
    """The statement without its values and column lists, so that equal ones fall together."""
    text = " ".join(NUMBERS.sub("?", BRACKETS.sub("savepoint", str(sql))).split())
    return re.sub(r"SELECT (?!EXISTS).*? FROM", "SELECT … FROM", text)[:160]
