"""Lines into orders: rows of one order stand together, give or take a few lines between them."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from orders.imports.records import Reject

WINDOW = 2_000  # lines that may lie between two lines of one order
TOO_FAR = (
    "The order {number} went on more than {window} lines after its last line; sort the file by order "
    "number and import it again."
)


@dataclass(slots=True)
class Group:
    """The rows of one order, in file order, each with its line."""

    number: str
    rows: list[tuple[int, list[str]]] = field(default_factory=list)


class SeenNumbers:
    """Order numbers that were given out already. On disk, so that memory stays flat."""

    def __init__(self) -> None:
        # A temporary file that goes with it. One thread reads at a time: the run, then its reader.
        self._database = sqlite3.connect("", check_same_thread=False)
        self._database.execute("CREATE TABLE seen (number TEXT PRIMARY KEY) WITHOUT ROWID")

    def add(self, number: str) -> bool:
        """Remember a number; False if it was there."""
        cursor = self._database.execute("INSERT OR IGNORE INTO seen VALUES (?)", (number,))
        return cursor.rowcount == 1

    def close(self) -> None:
        self._database.close()


def grouped(
    *, rows: Iterator[tuple[int, list[str]] | Reject], column: int, raw: Callable[[list[str]], str]
) -> Iterator[Group | Reject]:
    """Orders in the order of their first line. Depends on the file alone, never on batches.

    An order is given out once `WINDOW` lines have passed without it, and those before it are out.
    """
    opened: dict[str, Group] = {}
    latest: dict[str, int] = {}
    seen = SeenNumbers()
    group: Group | None = None
    last = 0
    try:
        for count, row in enumerate(rows):
            if isinstance(row, Reject):
                yield row
                continue
            number = row[1][column].strip()
            if not number:
                yield Reject(row[0], "This line has no order number.", raw(row[1]))
                continue
            if group is not None and number == group.number:  # as most lines do
                group.rows.append(row)
                latest[number] = last = count
                continue
            while opened and latest[oldest := next(iter(opened))] < last - WINDOW:
                yield opened.pop(oldest)
                del latest[oldest]
            group = opened.get(number)
            if group is None:
                if not seen.add(number):
                    reason = TOO_FAR.format(number=number, window=WINDOW)
                    yield Reject(row[0], reason, raw(row[1]))
                    continue
                group = opened[number] = Group(number)
            group.rows.append(row)
            latest[number] = last = count
        yield from opened.values()
    finally:
        seen.close()
