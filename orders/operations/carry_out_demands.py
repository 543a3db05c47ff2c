"""Carry out what was demanded of people's data, once its time has come."""

from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Q

from orders.models import Customer, PrivacyRequest
from orders.operations.build_export import build_export
from orders.operations.erase_customer import erase_customer

log = structlog.get_logger(__name__)

Kind = PrivacyRequest.Kind
AT_ONCE = 20
OF_A_STORE = 100  # customers of a store that is erased, in one pass
NOBODY = "Nobody of that name is known here."


def carry_out_demands(*, store_id: int, now: datetime) -> int:
    """Everything due of one store, each in its own transaction; how many were worked on.

    One that fails says so on its row, and is tried again at the next pass. Inside the store's scope;
    `now` is the store's time.
    """
    _drop_old_files(now)
    due = (
        PrivacyRequest.objects.filter(done_at=None, called_off_at=None)
        .filter(Q(starts_at=None) | Q(starts_at__lte=now))
        .order_by("received_at", "pk")
        .values_list("pk", flat=True)[:AT_ONCE]
    )
    done = 0
    for pk in list(due):
        try:
            with transaction.atomic():
                done += _carry_out(pk=pk, now=now)
        except Exception as error:  # the others' rights do not wait for this one's trouble
            log.exception("privacy.failed", demand=pk)
            problem = f"Failed: {type(error).__name__}. It is tried again."
            PrivacyRequest.objects.filter(pk=pk, done_at=None).update(outcome=problem)
    return done


def carry_out_now(*, demand: PrivacyRequest, now: datetime) -> bool:
    """This one at once, whatever its day; false where it is over already. Inside a transaction."""
    return bool(_carry_out(pk=demand.pk, now=now))


def _carry_out(*, pk: int, now: datetime) -> int:
    demand = PrivacyRequest.objects.select_for_update().get(pk=pk)
    if not demand.is_open:
        return 0  # a rival was first, or it was called off
    if demand.kind == Kind.ERASE_STORE:
        return _erase_store(demand=demand, now=now)
    customer = demand.customer
    while customer is not None and customer.merged_into is not None:
        customer = customer.merged_into
    if customer is None or customer.erased_at is not None:
        demand.done_at, demand.outcome = now, NOBODY
        demand.save(update_fields=["done_at", "outcome"])
    elif demand.kind == Kind.EXPORT_CUSTOMER:
        build_export(demand=demand, customer=customer, now=now)
    else:
        erase_customer(demand=demand, customer=customer, now=now)
    return 1


def _erase_store(*, demand: PrivacyRequest, now: datetime) -> int:
    """A platform's shop is gone: whoever only it told us of is erased, some at each pass."""
    living = Customer.objects.filter(erased_at=None, merged_into=None)
    of_others = living.exclude(orders__source=demand.source).exclude(
        source_ids__source=demand.source
    )
    also_others = living.filter(
        Q(orders__isnull=False) & ~Q(orders__source=demand.source)
    ) | living.filter(Q(source_ids__isnull=False) & ~Q(source_ids__source=demand.source))
    theirs = living.exclude(pk__in=of_others.values("pk")).exclude(pk__in=also_others.values("pk"))
    found = list(theirs.order_by("pk")[:OF_A_STORE])
    for customer in found:
        one, _ = PrivacyRequest.objects.get_or_create(
            store_id=demand.store_id,
            source=demand.source,
            key=f"{demand.key[:150]}:{customer.pk}",
            defaults={
                "kind": Kind.ERASE_CUSTOMER,
                "customer": customer,
                "received_at": demand.received_at,
                "due_at": demand.due_at,
            },
        )
        erase_customer(demand=one, customer=customer, now=now)
    if len(found) < OF_A_STORE:
        demand.done_at, demand.outcome = now, "Everybody whom only this shop told us of is erased."
        demand.save(update_fields=["done_at", "outcome"])
    return 1


def _drop_old_files(now: datetime) -> None:
    for demand in PrivacyRequest.objects.filter(file_until__lt=now).exclude(file=""):
        demand.file.delete(save=False)
        PrivacyRequest.objects.filter(pk=demand.pk).update(file="", file_until=None)
