"""Make every link to an order's page worthless that was mailed so far."""

from django.db import transaction
from django.db.models import F

from orders.models import Order

EPOCHS = 32_768  # what a small integer holds


def revoke_order_links(*, order: Order) -> None:
    """Links mailed from now on work; those mailed before open nothing. Inside the store's scope."""
    with transaction.atomic():
        locked = Order.objects.select_for_update().get(pk=order.pk)
        Order.objects.filter(pk=locked.pk).update(link_epoch=(F("link_epoch") + 1) % EPOCHS)
    order.refresh_from_db(fields=["link_epoch"])
