"""Who belongs to a segment. The description is read with three queries; the people with one."""

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from engagement.segments.models import Segment
from orders.models import Customer, Order, OrderLine

COUNTED = 200_000
"""Nobody decides anything by a larger number than this."""


def people_of(*, segment: Segment | None, now: datetime) -> QuerySet[Customer]:
    """The living customers of the segment, everybody without one; inside the store's scope.

    Not yet asked: whether there is an address, and whether it may be written to.
    """
    people = Customer.objects.filter(merged_into__isnull=True, erased_at__isnull=True)
    if segment is None:
        return people
    people = people.filter(_about_the_person(segment, now=now))
    if segment.spent_at_least_minor:
        spent = (
            Order.objects.living()
            .filter(customer=OuterRef("pk"), is_test=False, currency=segment.store.currency)
            .order_by()
            .values("customer")
            .annotate(sum=Sum(F("total_minor") - F("refunded_minor")))
            .values("sum")
        )
        people = people.annotate(spent=Coalesce(Subquery(spent), 0)).filter(
            spent__gte=segment.spent_at_least_minor
        )
    goods = Q()
    if products := list(segment.products.values_list("pk", flat=True)):
        goods |= Q(product_id__in=products)
    if categories := list(segment.categories.values_list("pk", flat=True)):
        goods |= Q(product__category_id__in=categories)
    if goods:
        people = people.filter(Exists(_bought(goods)))
    if without := list(segment.without_products.values_list("pk", flat=True)):
        people = people.exclude(Exists(_bought(Q(product_id__in=without))))
    return people


def _about_the_person(segment: Segment, *, now: datetime) -> Q:
    wanted = Q()
    if segment.countries:
        wanted &= Q(country__in=segment.countries)
    if segment.languages:
        spoken = Q()
        for language in segment.languages:
            spoken |= Q(locale__istartswith=language)
        wanted &= spoken
    for bound, lookup in (
        (segment.orders_at_least, "order_count__gte"),
        (segment.orders_at_most, "order_count__lte"),
    ):
        if bound is not None:
            wanted &= Q(**{lookup: bound})
    if segment.ordered_within_days is not None:
        wanted &= Q(last_order_at__gte=now - timedelta(days=segment.ordered_within_days))
    if segment.silent_for_days is not None:
        wanted &= Q(last_order_at__lt=now - timedelta(days=segment.silent_for_days))
    return wanted


def _bought(goods: Q) -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(
        goods,
        order__customer_id=OuterRef("pk"),
        order__status=Order.Status.OPEN,
        order__deleted_at__isnull=True,
        order__is_test=False,
    )


def count_people(*, segment: Segment | None, now: datetime) -> int:
    """How many they are: one query, which stops counting at `COUNTED`."""
    return people_of(segment=segment, now=now).order_by()[: COUNTED + 1].count()
