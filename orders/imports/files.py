"""Opening a file line by line: plain or .gz, with the place in it, never stopping at broken bytes."""

import csv
import gzip
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from orders.imports.records import Reject
from orders.imports.trouble import UnknownFile

GZIP_MAGIC = b"\x1f\x8b"
LONGEST_CELL = 1_000_000
BAD_BYTES = "This line is not valid {encoding} text; save the file as UTF-8 and import it again."
ZERO_BYTE = "This line holds a zero byte, which no text may hold."
NEVER_CLOSED = "A quoted cell of this line is far too long; a closing quote is probably missing."

csv.field_size_limit(LONGEST_CELL)


def file_hash(path: Path) -> str:
    """SHA-256 of the file's bytes. Raises `UnknownFile` where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnknownFile(f"{path} cannot be opened: {error.strerror}.") from error


class ImportFile:
    """A file being read. `done` and `size` are bytes on disk, for the progress bar."""

    def __init__(self, path: Path, *, encoding: str = "utf-8-sig") -> None:
        try:
            self._disk = path.open("rb")
        except OSError as error:
            raise UnknownFile(f"{path} cannot be opened: {error.strerror}.") from error
        self.size = path.stat().st_size
        packed = self._disk.read(2) == GZIP_MAGIC
        self._disk.seek(0)
        self._bytes: IO[bytes] = (
            io.BufferedReader(gzip.GzipFile(fileobj=self._disk)) if packed else self._disk  # type: ignore[arg-type]
        )
        self.encoding = encoding
        self.line = 0
        self.trouble = ""

    @property
    def done(self) -> int:
        return self._disk.tell()

    def __enter__(self) -> "ImportFile":
        return self

    def __exit__(self, *exc: object) -> None:
        self._disk.close()

    def lines(self) -> Iterator[str]:
        """Its lines. Where one cannot be decoded, `trouble` says so and a readable copy is given."""
        first = self.encoding
        rest = "utf-8" if first == "utf-8-sig" else first
        try:
            for raw in self._bytes:
                self.line += 1
                if b"\0" in raw:
                    self.trouble = ZERO_BYTE
                    raw = raw.replace(b"\0", b"")
                encoding = first if self.line == 1 else rest
                try:
                    yield raw.decode(encoding)
                except UnicodeDecodeError:
                    self.trouble = BAD_BYTES.format(encoding=rest.upper())
                    yield raw.decode(encoding, errors="replace")
        except (EOFError, gzip.BadGzipFile, OSError) as error:
            self.trouble = f"The file ends in the middle ({error}); lines up to here were read."
            yield ""


class Table:
    """A CSV file as rows of cells below a header. Rows that are no rows come as `Reject`."""

    def __init__(self, file: ImportFile, *, delimiter: str = "") -> None:
        self._file = file
        lines = file.lines()
        header_line = next(lines, "")
        if not header_line.strip() or file.trouble:
            raise UnknownFile("The file has no header row that can be read.")
        self.delimiter = delimiter or _delimiter_of(header_line)
        self._lines = lines
        header = next(csv.reader([header_line], delimiter=self.delimiter))
        self.header = [name.strip() for name in header]
        self.at = {name: index for index, name in reversed(list(enumerate(self.header)))}

    def require(self, *names: str, what: str) -> None:
        """Raise `UnknownFile` unless every column is there."""
        missing = [name for name in names if name not in self.at]
        if missing:
            raise UnknownFile(
                f"This does not look like {what}: the column {', '.join(missing)} is missing. "
                f"Its columns are: {', '.join(self.header[:12])}"
                f"{' …' if len(self.header) > 12 else ''}."
            )

    def column(self, name: str) -> int:
        """The place of a column; of an absent one, a place that reads as empty."""
        return self.at.get(name, len(self.header))

    def rows(self) -> Iterator[tuple[int, list[str]] | Reject]:
        """Line number and cells (one empty cell more than the header has, for absent columns)."""
        width = len(self.header)
        reader = csv.reader(self._lines, delimiter=self.delimiter)
        while True:
            line = self._file.line + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield Reject(line, NEVER_CLOSED, "")
                continue
            if self._file.trouble:
                trouble, self._file.trouble = self._file.trouble, ""
                yield Reject(line, trouble, self.raw(cells))
            elif not any(cells):
                continue
            elif len(cells) != width:
                reason = f"This line has {len(cells)} cells where the header has {width}."
                yield Reject(line, reason, self.raw(cells))
            else:
                cells.append("")
                yield line, cells

    def raw(self, cells: list[str]) -> str:
        """The row as a line of the file again."""
        out = io.StringIO()
        csv.writer(out, delimiter=self.delimiter, lineterminator="").writerow(
            cells[: len(self.header)]
        )
        return out.getvalue()


def _delimiter_of(header: str) -> str:
    return max(",;\t|", key=header.count)
