"""Finding rows in lists that may be millions long, without reading them through.

What an index carries is looked for everywhere; anything else among the newest rows only, and the
list says so. Sorting is offered by what an index carries (`sortable_by` of each long list).
"""

from typing import Any

from django.contrib.admin.filters import AllValuesFieldListFilter
from django.db.models import CharField, Model, QuerySet
from django.http import HttpRequest
from unfold.views import ChangeList

NEWEST = 20_000  # rows looked through where no index helps: some tens of milliseconds
MATCHES = 1_000  # rows found by one search field, as many as the pages of a list show
LATELY = 1_000  # rows whose values a filter offers


def newest(rows: QuerySet[Any], *, ordering: tuple[str, ...]) -> QuerySet[Any]:
    """The first `NEWEST` of `rows` in the list's order; one short query finds where they end.

    In a longer list, rows without a date (people who never ordered) are left out.
    """
    name = ordering[0].lstrip("-")
    dated = rows.filter(**{f"{name}__isnull": False}).order_by(*ordering)
    edge = list(dated.values_list(name, flat=True)[NEWEST : NEWEST + 1])
    if not edge:
        return rows
    return rows.filter(**{f"{name}__{'gte' if ordering[0].startswith('-') else 'lte'}": edge[0]})


class BoundedChangeList(ChangeList):
    """A list whose filters look everywhere only where an index serves them."""

    root_queryset: QuerySet[Any]
    among = 0  # how many of the newest rows the filters looked through, where not all

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> QuerySet[Any]:
        served = self.model_admin.found_by_index
        asked = self.get_filters_params()
        if any(
            name not in served and f"{name}={_one(asked[name])}" not in served for name in asked
        ):
            self.root_queryset = newest(self.root_queryset, ordering=self.model_admin.ordering)
            self.among = NEWEST
        return super().get_queryset(request, *args, **kwargs)


def _one(value: Any) -> Any:
    return value[-1] if isinstance(value, list) and value else value


class SeenLately(AllValuesFieldListFilter):
    """Offers the values that occur among the newest rows; Django would read the whole table."""

    def __init__(
        self,
        field: Any,
        request: HttpRequest,
        params: dict[str, Any],
        model: type[Model],
        model_admin: Any,
        field_path: str,
    ) -> None:
        super().__init__(field, request, params, model, model_admin, field_path)
        rows = model_admin.get_queryset(request).order_by(*model_admin.ordering)
        seen = set(rows.values_list(field.name, flat=True)[:LATELY])
        self.lookup_choices = sorted(value for value in seen if value)  # type: ignore[assignment]


def without_reading_all(model: type[Model], name: Any) -> Any:
    """A filter of a text column without fixed choices as `SeenLately`; any other as it is."""
    if not isinstance(name, str):
        return name
    field = model._meta.get_field(name)
    return (name, SeenLately) if isinstance(field, CharField) and not field.choices else name
