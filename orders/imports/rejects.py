"""The rejects file: every line that was left out, why, and the line itself."""

import csv
from pathlib import Path
from types import TracebackType
from typing import IO

from orders.imports.records import Reject

HEADER = ("line", "reason", "raw row")


class RejectsFile:
    """A CSV that comes into being with the first reject. `count` says how many it holds."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._file: IO[str] | None = None
        path.unlink(missing_ok=True)

    def add(self, reject: Reject) -> None:
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8", newline="")
            csv.writer(self._file).writerow(HEADER)
        csv.writer(self._file).writerow((reject.line, reject.reason, reject.raw))
        self.count += 1

    def __enter__(self) -> "RejectsFile":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()
