"""Pages without counting a whole table."""

from django.core.paginator import Paginator
from django.utils.functional import cached_property

COUNTED = 1000


class BoundedPaginator(Paginator):
    """Counts at most `COUNTED` rows. Whoever looks for an older row searches or filters."""

    template_name = "dashboard/pagination.html"

    @cached_property
    def found(self) -> int:
        return self.object_list.order_by()[: COUNTED + 1].count()  # type: ignore[attr-defined]

    @cached_property
    def count(self) -> int:
        return min(self.found, COUNTED)

    @property
    def more(self) -> bool:
        """Whether there is more than these pages show."""
        return self.found > COUNTED
