"""A customer told apart from any order."""

from datetime import datetime

from core.events.event import Origin
from core.stores.models import Store
from orders.ingest.snapshots import CustomerUpdate
from orders.operations.meet_customer import by_source_id, meet_customer
from orders.operations.outcome import Outcome
from orders.operations.remember_address import remember_address
from orders.operations.state_consent import state_consent

ONE_ACCOUNT_AN_ADDRESS = ("shopify", "woocommerce")


def apply_customer(*, news: CustomerUpdate, store: Store, origin: Origin, now: datetime) -> Outcome:
    """Bring the person up to date. Where the shop deleted the account, its anniversary ends.

    Deleting an account is not a demand to erase: orders stay with their buyer.
    """
    person = news.customer
    if news.deleted:
        gone = by_source_id(store_id=store.pk, source=news.source, external_id=person.external_id)
        if gone is None:
            return Outcome("ignored", "The customer who was deleted is not known here.")
        gone.account_created_on = None
        gone.save(update_fields=["account_created_on"])
        return Outcome("applied")
    as_of = None if news.is_excerpt else person.updated_at or now
    customer = meet_customer(
        person=person,
        email=person.email,
        source=news.source,
        store=store,
        as_of=as_of,
        is_account=news.source in ONE_ACCOUNT_AN_ADDRESS,
        origin=origin,
        now=now,
    )
    if customer is None:
        return Outcome("ignored", "The customer has neither an id nor an e-mail address.")
    if person.address is not None:
        remember_address(customer=customer, address=person.address, used_at=as_of or now)
    if news.consent is not None:
        state_consent(customer=customer, statement=news.consent, origin=origin, now=now)
    return Outcome("applied")
