"""What somebody wants of our mail, as they have just set it on their page."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from core.stores.models import Store
from engagement.preferences.models import Wishes
from engagement.preferences.operations.lock_customer import locked_person
from engagement.preferences.operations.record_consent import NoSuchCustomer, record_consent
from engagement.preferences.operations.unsubscribe import unsubscribe
from engagement.preferences.policies import Basis, Statement
from engagement.preferences.queries import people
from engagement.preferences.topics import TRACKING, Topic

PAUSES = (30, 90)  # days


def choose_mail(
    *,
    customer_id: int,
    store: Store,
    topics: Collection[str],
    wants_fewer: bool,
    language: str,
    wording: str,
    source: str,
    now: datetime,
    evidence: dict[str, str] | None = None,
    measure: bool = False,
    measure_wording: str = "",
) -> bool:
    """Set which topics the customer gets, how much and in which language; false if they left.

    Only what differs from how it stood is recorded: a yes with the `wording` shown beside the boxes,
    a no without. No topic at all is an unsubscription. `language` is one of the store's, or empty
    for as the shop knows it. `measure`: whether clicks may be measured. One
    transaction under the customer's lock. Raises `NoSuchCustomer`.
    """
    with transaction.atomic():
        chain = locked_person(customer_id)
        if not chain:
            raise NoSuchCustomer(f"Store has no customer {customer_id}; nothing was changed.")
        customer = chain[-1]
        customer.language = language if language in store.languages else ""
        customer.save(update_fields=["language"])
        _keep(customer.pk, store=store, now=now, wants_fewer=wants_fewer)
        if not set(topics) & set(Topic.values):
            unsubscribe(customer_id=customer_id, source=source, now=now)
            return False
        person = people(customer_ids=[customer.pk], store=store, now=now)[customer.pk]
        wishes = [
            (topic, topic in topics, person.basis(topic, now=now) != Basis.NONE, wording)
            for topic in Topic.values
        ]
        wishes.append((TRACKING, measure, person.may_be_measured(now=now), measure_wording))
        for purpose, wanted, is_so, words in wishes:
            if wanted != is_so:
                record_consent(
                    customer_id=customer.pk,
                    purpose=purpose,
                    basis=Basis.EXPLICIT if wanted else Basis.NONE,
                    source=source,
                    wording=words if wanted else "",
                    evidence=evidence,
                    stated_at=_after(person.statements, now),
                    now=now,
                )
    return True


def pause_mail(*, customer_id: int, store: Store, days: int, now: datetime) -> datetime | None:
    """No marketing for `days` from `now`, 90 at most; 0 ends a pause. Until when, or None.

    What is planned waits, and goes afterwards if it still makes sense then. Raises `NoSuchCustomer`.
    """
    until = now + timedelta(days=min(days, max(PAUSES))) if days > 0 else None
    with transaction.atomic():
        chain = locked_person(customer_id)
        if not chain:
            raise NoSuchCustomer(f"Store has no customer {customer_id}; nothing was changed.")
        _keep(chain[-1].pk, store=store, now=now, paused_until=until)
    return until


def _keep(customer_id: int, *, store: Store, now: datetime, **wishes: object) -> None:
    Wishes.objects.update_or_create(
        customer_id=customer_id,
        defaults={**wishes, "changed_at": now},
        create_defaults={**wishes, "changed_at": now, "store_id": store.pk},
    )


def _after(statements: Collection[Statement], now: datetime) -> datetime:
    """`now`, or just after the latest word: on a clock with coarse ticks the new one still counts."""
    last = max((one.stated_at for one in statements), default=None)
    return now if last is None or last < now else last + timedelta(microseconds=1)
