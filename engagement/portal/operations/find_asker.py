"""Find out who asked to be let in, apart from the request that told us."""

from datetime import datetime

from django.db.models import Q

from core.events.event import Origin
from core.events.spine import record
from engagement.portal.events import CustomerLoginAsked
from engagement.portal.models import LoginRequest
from orders.email_address import normalize_email
from orders.models import Customer, Order
from orders.order_numbers import spellings


def find_asker(*, login_request_id: int, origin: Origin, now: datetime) -> Customer | None:
    """The customer whose order number and e-mail these are; they are mailed the link. None: nobody's.

    Inside the store's scope and a transaction. Told twice, it mails once.
    """
    asked = LoginRequest.objects.select_for_update().filter(pk=login_request_id).first()
    if asked is None:
        return None
    email = normalize_email(asked.email)
    if not email:
        return None
    order = (
        Order.objects.select_related("customer")
        .filter(
            Q(email=email) | Q(customer__email=email),
            store_id=asked.store_id,
            number__in=spellings(asked.order_number),
            customer__isnull=False,
            customer__erased_at__isnull=True,
            deleted_at__isnull=True,
        )
        .order_by("-placed_at")
        .first()
    )
    if order is None or order.customer is None or not order.customer.email:
        return None
    asked.customer = order.customer
    asked.save(update_fields=["customer"])
    have_it_mailed(asked=asked, origin=origin, now=now)
    return order.customer


def have_it_mailed(*, asked: LoginRequest, origin: Origin, now: datetime) -> None:
    """Record that its customer is to get the link. Inside a transaction."""
    if asked.customer_id is None:
        return
    record(
        news=CustomerLoginAsked(customer_id=asked.customer_id),
        store_id=asked.store_id,
        subject=f"customer:{asked.customer_id}",
        # What follows the colon becomes the message's occurrence, from which its link is made.
        key=f"{asked.customer_id}:{asked.public_id.hex}",
        occurred_at=now,
        origin=origin,
        now=now,
    )
