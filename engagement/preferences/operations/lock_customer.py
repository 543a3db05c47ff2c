"""The lock that every word about mail takes, the one that MARK takes before a mail is handed over."""

from core.stores.plain import read
from orders.models import Customer


def locked_customer(customer_id: int) -> Customer | None:
    """The customer with their row locked until the transaction ends; None where there is none."""
    return next(iter(read(Customer, "id = %s", customer_id, lock=True)), None)


def locked_person(customer_id: int) -> list[Customer]:
    """The customer and whoever they were merged into, the one who remains last; all locked.

    Rows are locked in the order of their keys, as everywhere, so that two of us cannot wait for
    each other. Empty where there is no such customer.
    """
    chain = [customer_id]
    while len(chain) < 10:
        into = Customer.objects.filter(pk=chain[-1]).values_list("merged_into_id", flat=True)
        following = into.first()
        if following is None or following in chain:
            break
        chain.append(following)
    rows = Customer.objects.select_for_update().filter(pk__in=chain).order_by("pk")
    found = {customer.pk: customer for customer in rows}
    return [found[pk] for pk in chain if pk in found]
