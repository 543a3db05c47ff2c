"""A customer told apart from any order."""

from datetime import datetime

from core.events.event import Origin
from core.stores.models import Store
from orders.email_address import normalize_email
from orders.ingest.snapshots import CustomerUpdate
from orders.models import Tombstone
from orders.operations.fit_row import identity
from orders.operations.meet_customer import by_email, by_source_id, meet_customer
from orders.operations.outcome import Outcome
from orders.operations.remember_address import remember_address
from orders.operations.state_consent import state_consent
from orders.privacy.forget import tombstone_of

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
    if _was_erased(news=news, store=store):
        return Outcome(
            "ignored", "This customer was erased here; only a new order brings them back."
        )
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


def _was_erased(*, news: CustomerUpdate, store: Store) -> bool:
    """Nobody known by that name now, and a tombstone of one who was. A query, two more for who is gone."""
    person, email = news.customer, normalize_email(news.customer.email)
    keys = [tombstone_of(email=email)] if email else []
    if person.external_id:
        external_id = identity(person.external_id, of="customer")
        keys.append(tombstone_of(source=news.source, external_id=external_id))
    if not Tombstone.objects.filter(key_hash__in=keys).exists():
        return False
    if email and by_email(store_id=store.pk, email=email) is not None:
        return False
    return not person.external_id or (
        by_source_id(store_id=store.pk, source=news.source, external_id=external_id) is None
    )
