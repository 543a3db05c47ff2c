"""Why goods come back: product by product, and what became of it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Sum

from core.stores.models import Store
from orders.models import Order, OrderLine, Return, ReturnLine
from orders.returns.reasons import reasons_of

PERIOD = timedelta(days=365)
PRODUCTS = 100
NO_REASON = "No reason asked"


@dataclass(frozen=True, slots=True)
class ProductReturns:
    """Pieces that came back of a product, beside pieces sold in the same time; reasons, most named first."""

    product_id: int | None
    title: str
    returned: Decimal
    sold: Decimal
    reasons: tuple[tuple[str, Decimal], ...]

    @property
    def percent(self) -> int | None:
        """Share of the pieces sold; None where none were."""
        return round(100 * self.returned / self.sold) if self.sold else None


@dataclass(frozen=True, slots=True)
class Report:
    """A year of returns: by product, and how many were to bring what."""

    since: datetime
    products: tuple[ProductReturns, ...]
    outcomes: tuple[tuple[str, int], ...]

    @property
    def number(self) -> int:
        return sum(count for _name, count in self.outcomes)


def report_of(*, store: Store, now: datetime) -> Report:
    """Returns asked for within a year, refused and canceled ones left out. Four queries. Inside the
    store's scope; `now` is the store's time."""
    since = now - PERIOD
    standing = Return.objects.filter(requested_at__gt=since).exclude(
        status__in=(Return.Status.REFUSED, Return.Status.CANCELED)
    )
    rows = (
        ReturnLine.objects.filter(asked__in=standing.values("pk"))
        .order_by()
        .values_list("order_line__product_id", "order_line__product__title", "reason_key")
        .annotate(pieces=Sum("quantity"))
    )
    named = {row.key: str(row) for row in reasons_of(store_id=store.pk)}
    pieces: Counter[tuple[int | None, str]] = Counter()
    why: dict[int | None, Counter[str]] = {}
    for product_id, title, key, quantity in rows:
        pieces[(product_id, title or "Goods without a product")] += quantity
        reason = named.get(key, key) or NO_REASON
        why.setdefault(product_id, Counter())[reason] += quantity
    worst = pieces.most_common(PRODUCTS)
    sold = dict(
        OrderLine.objects.filter(
            product_id__in=[pk for (pk, _title), _n in worst if pk],
            order__placed_at__gt=since,
            order__status=Order.Status.OPEN,
        )
        .order_by()
        .values_list("product_id")
        .annotate(pieces=Sum("quantity"))
    )
    outcomes = dict(standing.order_by().values_list("outcome").annotate(Count("pk")))
    return Report(
        since=since,
        products=tuple(
            ProductReturns(
                product_id=pk,
                title=title,
                returned=Decimal(returned),
                sold=Decimal(sold.get(pk, 0)),
                reasons=tuple((name, Decimal(n)) for name, n in why[pk].most_common(4)),
            )
            for (pk, title), returned in worst
        ),
        outcomes=tuple(
            (label, outcomes[value]) for value, label in Return.Outcome.choices if value in outcomes
        ),
    )
