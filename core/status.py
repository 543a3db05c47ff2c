"""Statuses move in one way only: a compare-and-swap that either wins or changes nothing."""

from collections.abc import Collection
from typing import Any

from django.db import models


def transition(
    *,
    row: models.Model,
    to: str,
    allowed_from: Collection[str],
    field: str = "status",
    **also: Any,
) -> bool:
    """Move `row.field` to `to` if it still is one of `allowed_from`; true for the winner only.

    `also` are further columns written in the same UPDATE. The instance is brought up to date when
    it wins and left alone when it loses, so that a stale object cannot overwrite newer news.
    """
    changes = {field: to, **also}
    won = (
        type(row)
        ._base_manager.filter(pk=row.pk, **{f"{field}__in": list(allowed_from)})
        .update(**changes)
    )
    if won:
        for name, value in changes.items():
            setattr(row, name, value)
    return bool(won)
