"""The same work in databases of different sizes, turn by turn, so that other load hits all alike."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from django.db import connection

from bench.counting import Cost
from bench.scale.databases import go_to
from bench.scale.population import Population


@dataclass
class Taken:
    """What the work took in one size."""

    seconds: list[float] = field(default_factory=list)
    pages: float = 0.0  # of 8 KB, found in memory or read, for one repeat
    statements: float = 0.0
    sql_seconds: list[float] = field(default_factory=list)  # a repeat, waiting for the database
    answer: int = 0

    @property
    def middle(self) -> float:
        """Milliseconds, the median."""
        return 1000 * median(self.seconds)

    @property
    def spread(self) -> str:
        """``shortest–longest`` in milliseconds."""
        return f"{1000 * min(self.seconds):.1f}–{1000 * max(self.seconds):.1f}"


def compare(
    sizes: Sequence[Population], work: Callable[[], int], *, rounds: int, repeats: int
) -> dict[str, Taken]:
    """Run `work` in each size, `rounds` times in turn; each round is the median of `repeats`.

    `work` must leave things as they were and answer how much it found, which must be the same
    every time.
    """
    taken = {size.name: Taken() for size in sizes}
    for _ in range(rounds):
        for size in sizes:
            go_to(size.name)
            work()  # connect, warm caches and plans
            one = taken[size.name]
            times = []
            cost = Cost()
            before = pages_touched()
            with cost.measured(rounds=repeats):
                for _ in range(repeats):
                    begun = time.perf_counter()
                    one.answer = work()
                    times.append(time.perf_counter() - begun)
            one.pages = (pages_touched() - before) / repeats
            one.statements = cost.per_round[0]
            one.sql_seconds.append(cost.sql_seconds / repeats)
            one.seconds.append(median(times))
    return taken


def pages_touched() -> int:
    """Pages that all sessions of this database have asked for so far. Ours is counted at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database()"
        )
        return cursor.fetchone()[0]
