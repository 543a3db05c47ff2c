"""A list of people who must be left alone comes in: from the program used before, or from another of ours."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db import transaction

from engagement.preferences.addresses import address_hash, address_hashes, normalised
from engagement.preferences.models import Suppression
from orders.email_address import normalize_email
from orders.models import Customer

ROWS_AT_ONCE = 500
REJECTS_KEPT = 100
LONGEST_LINE = 2000
HEADS = frozenset({"email", "e-mail", "address", "email address", "address_hash", "hash"})
_hash = re.compile(r"[0-9a-f]{64}")
Reach = Suppression.Reach


@dataclass(slots=True)
class Taken:
    """What became of a list. `rejects` are the first lines that name nobody, by number."""

    read: int = 0
    new: int = 0
    rejected: int = 0
    rejects: list[int] = field(default_factory=list)

    @property
    def known(self) -> int:
        return self.read - self.new - self.rejected


@dataclass(frozen=True, slots=True)
class _Row:
    digest: str
    earlier: Sequence[str]
    email: str
    reach: str


def import_suppressions(*, store_id: int, lines: Iterable[str], reach: str, now: datetime) -> Taken:
    """Leave everybody named in `lines` alone from now on. Inside the store's scope.

    One a line, or the first column of a CSV file: an e-mail address, or a hash as our own export
    writes it (good in an installation with the same secret key). A second column may say ``all`` or
    ``marketing``; else `reach` holds. Batches of 500, each in its own transaction under the locks of
    the customers it names, so that no mail slips past and a file of any size needs little memory.
    Safe to repeat. `now` is the store's time.
    """
    taken = Taken()
    rows = _rows(lines, reach=Reach(reach), taken=taken)
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        taken.new += _keep(batch, store_id=store_id, now=now)
    return taken


def _rows(lines: Iterable[str], *, reach: str, taken: Taken) -> Iterator[_Row]:
    for number, line in enumerate(lines, 1):
        cells = _cells(line, first=number == 1)
        if not cells:
            continue
        taken.read += 1
        who, said = cells[0].lower(), (cells[1].lower() if len(cells) > 1 else "")
        how_far = said if said in Reach.values else reach
        if _hash.fullmatch(who):
            yield _Row(digest=who, earlier=[who], email="", reach=how_far)
        elif len(line) <= LONGEST_LINE and (email := normalize_email(who)):
            email = normalised(email)
            yield _Row(address_hash(email), address_hashes(email), email, how_far)
        else:
            taken.rejected += 1
            if len(taken.rejects) < REJECTS_KEPT:
                taken.rejects.append(number)


def _cells(line: str, *, first: bool) -> list[str]:
    """The cells of one line; none for an empty line, a comment and the head of a table."""
    text = line[: LONGEST_LINE + 1].replace("\x00", "").lstrip("\ufeff").strip()
    if not text or text.startswith("#"):
        return []
    mark = next((mark for mark in (";", "\t") if mark in text), ",")
    try:
        cells = next(csv.reader([text], delimiter=mark), [])
    except csv.Error:
        return [text]
    cells = [cell.strip() for cell in cells]
    if first and cells and cells[0].lower() in HEADS:
        return []
    return cells or [text]


def _keep(batch: Sequence[_Row], *, store_id: int, now: datetime) -> int:
    emails = {row.email for row in batch} - {""}
    with transaction.atomic():
        people = dict(
            Customer.objects.filter(email__in=emails, merged_into__isnull=True)
            .order_by("pk")
            .select_for_update()
            .values_list("email", "pk")
        )
        hashes = {digest for row in batch for digest in row.earlier}
        there = set(
            Suppression.objects.filter(address_hash__in=hashes, lifted_at__isnull=True).values_list(
                "address_hash", "reach"
            )
        )
        fresh: dict[tuple[str, str], Suppression] = {}
        for row in batch:
            if any((digest, row.reach) in there for digest in row.earlier):
                continue
            fresh[row.digest, row.reach] = Suppression(
                store_id=store_id,
                address_hash=row.digest,
                reach=row.reach,
                reason=Suppression.Reason.UNSUBSCRIBED
                if row.reach == Reach.MARKETING
                else Suppression.Reason.MANUAL,
                customer_id=people.get(row.email),
                since=now,
            )
        Suppression.objects.bulk_create(list(fresh.values()), ignore_conflicts=True)
    return len(fresh)
