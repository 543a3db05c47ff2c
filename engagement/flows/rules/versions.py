"""Rows told by their versions (PostgreSQL): where a row lies and who wrote it, ``ctid`` and ``xmin``.

Every update makes another version, whoever makes it and however, so that equal versions mean that
nothing was written in between.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db import models

Source = TypeVar("Source", bound=Callable[..., Mapping[int, Any]])


def versions(model: type[models.Model], where: str, *, also: str = "") -> str:
    """SQL of the versions of those rows of `model`, called ``x``, that match `where`.

    A text, empty for no rows. `where` and the joins in `also` are our own words; they may speak of
    ``m``, the row of the message.
    """
    return (
        "(SELECT coalesce(string_agg(x.ctid::text || x.xmin::text, ',' ORDER BY x.id), '') "  # noqa: S608
        f"FROM {model._meta.db_table} x {also} WHERE {where})"
    )


def rests_on(*grounds: str) -> Callable[[Source], Source]:
    """Say what a source of `answered` or `unsettled` reads for one message, made by `versions`.

    A source that does not say is asked again for every mail, at MARK.
    """

    def told(source: Source) -> Source:
        source.grounds = grounds  # type: ignore[attr-defined]
        return source

    return told
