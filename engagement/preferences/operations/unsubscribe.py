"""Out of all marketing, at once."""

from datetime import datetime

from django.db import transaction

from engagement.preferences.models import Suppression
from engagement.preferences.operations.lock_customer import locked_person
from engagement.preferences.operations.record_consent import (
    NoSuchCustomer,
    record_consent,
    statements_of,
)
from engagement.preferences.operations.suppress import suppress
from engagement.preferences.policies import Basis, spoken_word
from engagement.preferences.queries import suppressed
from orders.models import Customer


def unsubscribe(
    *, customer_id: int, source: str, now: datetime, wording: str = "", told_by: str = ""
) -> bool:
    """Suppress marketing to the customer and record their no; true when that is news.

    One transaction under the customer's lock: whatever MARK has not handed over by its commit will
    not leave. Somebody merged into another takes that other along. `told_by` names the message
    whose link was used. Raises `NoSuchCustomer`.
    """
    with transaction.atomic():
        people = locked_person(customer_id)
        if not people:
            raise NoSuchCustomer(f"Store has no customer {customer_id}; nothing was changed.")
        where = f"{source}:{told_by}" if told_by else source
        changed = [
            _leave_alone(person, source=where[:64], wording=wording, now=now) for person in people
        ]
    return any(changed)


def _leave_alone(customer: Customer, *, source: str, wording: str, now: datetime) -> bool:
    news = False
    if customer.email:
        news = suppress(
            store_id=customer.store_id,
            email=customer.email,
            reach=Suppression.Reach.MARKETING,
            reason=Suppression.Reason.UNSUBSCRIBED,
            customer_id=customer.pk,
            now=now,
        )
    if news or not is_refused(customer=customer):
        record_consent(
            customer_id=customer.pk,
            basis=Basis.NONE,
            source=source,
            wording=wording,
            stated_at=now,
            now=now,
        )
        return True
    return False


def is_refused(*, customer: Customer) -> bool:
    """Whether the customer's word in force is a no, or their address is suppressed."""
    if spoken_word(statements_of(customer)) == Basis.NONE:
        return True
    return bool(customer.email and suppressed(emails=[customer.email]))
