"""A customer's store credit: what there is, how long it lasts, how it came about."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from engagement.portal.credit.words import KINDS, LESS, MORE
from engagement.portal.visit import Visit, for_customers, page, portal_page
from orders.credit import Credit, credit_of

INSTANT = timedelta(microseconds=1)


@portal_page
@for_customers
@require_safe
def overview(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All of it on one page."""
    assert visit.customer is not None  # noqa: S101 (for_customers has seen to it)
    there = credit_of(customer=visit.customer, now=visit.now)
    shown = [_shown(one) for one in there]
    return page(request, visit, "credit.html", here="credit", credits=shown)


def _shown(one: Credit) -> dict[str, object]:
    return {
        "currency": one.currency,
        "available": one.available_minor,
        "debt": one.debt_minor,
        # It is over at the first moment of a day; people count by the last day that it lasts.
        "lots": [
            (lot.available, lot.expires_at - INSTANT if lot.expires_at else None)
            for lot in one.lots
            if lot.available
        ],
        "history": [
            (
                KINDS[row.kind],
                row.happened_at,
                "−" if row.kind in LESS else "+" if row.kind in MORE else "",
                row.amount,
            )
            for row in one.movements
        ],
    }
