"""CSV for people's spreadsheets: a cell that would be run as a formula is quoted (A16)."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\x00")


def cell(value: Any) -> str:
    """`value` as a cell. Text that a spreadsheet would take for a formula begins with an apostrophe;
    numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    text = str(value)
    if isinstance(value, str) and text.startswith(FORMULAS):
        return f"'{text}"
    return text


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows with a head of their names, in UTF-8 with the mark that spreadsheets look for."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(list(rows[0]) if rows else [])
    writer.writerows([cell(value) for value in row.values()] for row in rows)
    return "\ufeff" + out.getvalue()
