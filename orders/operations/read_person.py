"""Who somebody is in every table, read before anything is shown or erased."""

from core.privacy import Person
from orders.models import Customer, CustomerAddress, Order


def read_person(customer: Customer) -> Person:
    """The customer, whoever was merged into them, their orders, and every address and number they used.

    Five queries. Inside the store's scope.
    """
    merged = Customer.objects.filter(merged_into=customer).order_by("pk")
    rows = [customer, *merged]
    ids = tuple(row.pk for row in rows)
    orders = list(
        Order.objects.filter(customer_id__in=ids)
        .order_by("pk")
        .values_list("pk", "email", "shipping_address", "billing_address", "is_gift")
    )
    lines = CustomerAddress.objects.filter(customer_id__in=ids).values_list("lines", flat=True)
    # Whom a gift went to is another person: their number is not the buyer's.
    own = [ship for *_, ship, _bill, is_gift in orders if not is_gift] + [row[3] for row in orders]
    phones = [row.phone for row in rows] + [(one or {}).get("phone", "") for one in (*own, *lines)]
    emails = [row.email for row in rows] + [row[1] for row in orders]
    return Person(
        store_id=customer.store_id,
        ids=ids,
        order_ids=tuple(row[0] for row in orders),
        emails=tuple(dict.fromkeys(filter(None, emails))),
        phones=tuple(dict.fromkeys(filter(None, phones))),
    )
