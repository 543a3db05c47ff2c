"""Back in, by the customer's own hand on their page."""

from datetime import datetime, timedelta

from django.db import transaction

from engagement.preferences.models import Suppression
from engagement.preferences.operations.lift_suppression import lift_suppression
from engagement.preferences.operations.lock_customer import locked_person
from engagement.preferences.operations.record_consent import NoSuchCustomer, record_consent
from engagement.preferences.policies import Basis
from engagement.preferences.queries import suppressed


class AddressUnusable(Exception):
    """The address bounced or complained; a click on a page does not undo that."""


def resubscribe(
    *,
    customer_id: int,
    source: str,
    wording: str,
    now: datetime,
    evidence: dict[str, str] | None = None,
) -> None:
    """Record an explicit yes with the words shown beside the button, and lift the unsubscription.

    Raises `NoSuchCustomer` and `AddressUnusable`.
    """
    with transaction.atomic():
        people = locked_person(customer_id)
        if not people:
            raise NoSuchCustomer(f"Store has no customer {customer_id}; nothing was changed.")
        customer = people[-1]
        if customer.email:
            if suppressed(emails=[customer.email]).get(customer.email) == Suppression.Reach.ALL:
                raise AddressUnusable("Mail to this address does not arrive.")
            lift_suppression(email=customer.email, reach=Suppression.Reach.MARKETING, now=now)
        last = customer.consents.order_by("-stated_at", "-pk").first()
        # On a clock with coarse ticks the yes must still come after the no that it takes back.
        after = last.stated_at + timedelta(microseconds=1) if last else now
        record_consent(
            customer_id=customer.pk,
            basis=Basis.EXPLICIT,
            source=source,
            wording=wording,
            evidence=evidence,
            stated_at=max(now, after),
            now=now,
        )
