"""A customer takes an address out of their book."""

from django.db import transaction

from orders.models import Customer, CustomerAddress


def forget_address(*, customer: Customer, address_id: int) -> bool:
    """Delete that address of theirs; false where it is gone or another's. Orders keep where they went.

    Inside the store's scope.
    """
    with transaction.atomic():
        Customer.objects.select_for_update().get(pk=customer.pk)
        gone, _ = CustomerAddress.objects.filter(customer=customer, pk=address_id).delete()
    return bool(gone)
