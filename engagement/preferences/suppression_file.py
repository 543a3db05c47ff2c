"""The list of those we leave alone, as a file: hashes, never addresses."""

import csv
from collections.abc import Iterator
from typing import Any

from core.stores.scope import store_scope
from engagement.preferences.models import Suppression

HEAD = ("address_hash", "reach", "reason", "since")
ROWS_AT_ONCE = 2000


class _Line:
    """What `csv` writes to: it hands each line on."""

    def write(self, text: str) -> str:
        return text


def suppression_lines(*, store_id: int) -> Iterator[str]:
    """The CSV, line by line, of what holds today; little memory however long it is.

    Read in pages by key, each in the store's scope: whoever iterates need not be in it, and no
    transaction stays open while a slow reader takes the file.
    """
    writer: Any = csv.writer(_Line())
    yield writer.writerow(HEAD)
    after = 0
    while True:
        with store_scope(store_id):
            page = list(
                Suppression.objects.filter(pk__gt=after, lifted_at__isnull=True)
                .order_by("pk")
                .values_list("pk", "address_hash", "reach", "reason", "since")[:ROWS_AT_ONCE]
            )
        for _pk, digest, reach, reason, since in page:
            yield writer.writerow([digest, reach, reason, since.isoformat()])
        if len(page) < ROWS_AT_ONCE:
            return
        after = page[-1][0]
