"""What the rooms keep of a person: a part per room, all of them listed on one page above.

Nothing here knows a shop. A part gets the ids of a person and says what it shows and what it forgets.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.fields.files import FieldFile
from django.utils.module_loading import import_string

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom it is about. `ids` are customer rows: the one who remains first, then those merged into it.

    `emails` and `phones` are all that are known of them, for rows that name nobody by id.
    """

    store_id: int
    ids: tuple[int, ...]
    order_ids: tuple[int, ...]
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


class Forget(Protocol):
    """Forgets a person's rows; what it yields are files, deleted once everything is committed."""

    def __call__(self, *, person: Person, now: datetime) -> Iterable[FieldFile]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A room's part in an export and in an erasure.

    `show` gives rows by the name of their table, `files` private files by the name they get in the
    export. `covers` are the labels of the models that this part answers for.
    """

    room: str
    covers: frozenset[str]
    show: Callable[[Person], Mapping[str, Rows]]
    forget: Forget
    files: Callable[[Person], Iterable[tuple[str, FieldFile]]] = lambda person: ()


def parts() -> Sequence[Part]:
    """Those listed on the page that ``settings.PRIVACY_PARTS`` names."""
    return import_string(settings.PRIVACY_PARTS)


def rows(queryset: QuerySet[Any], *fields: str) -> list[dict[str, Any]]:
    """These fields of every row, oldest row first."""
    return list(queryset.order_by("pk").values(*fields))
