"""Who is it? The same person by source id, then by normalised e-mail, within the store."""

from datetime import datetime
from functools import partial

from core.events.event import Origin
from core.stores.models import Store
from core.stores.plain import read
from orders.email_address import normalize_email
from orders.ingest.snapshots import AddressSnapshot, CustomerSnapshot, OrderSnapshot
from orders.models import Customer, CustomerSourceId
from orders.operations.fill_profile import bring_up_to_date
from orders.operations.fit_row import identity
from orders.operations.merge_customers import merge_customers
from orders.operations.remember_address import remember_address


def meet_buyer(
    *, snapshot: OrderSnapshot, store: Store, origin: Origin, now: datetime
) -> Customer | None:
    """The buyer of an order: a known customer, or a guest by e-mail; None for a nameless sale.

    A gift's shipping address is somebody else's: it is not remembered as the buyer's, and its
    country says nothing of the buyer's time.
    """
    person = snapshot.customer or CustomerSnapshot()
    home = snapshot.billing_address
    if not snapshot.is_gift:
        home = home or snapshot.shipping_address
    customer = meet_customer(
        person=person,
        email=person.email or snapshot.email,
        source=snapshot.source,
        store=store,
        as_of=person.updated_at or snapshot.updated_at,
        home=home,
        locale=snapshot.locale,
        origin=origin,
        now=now,
    )
    if customer is not None:
        shipped_to = None if snapshot.is_gift else snapshot.shipping_address
        for address in (home, shipped_to if shipped_to != home else None):
            if address is None:
                continue
            remember_address(customer=customer, address=address, used_at=snapshot.placed_at)
    return customer


def meet_customer(
    *,
    person: CustomerSnapshot,
    email: str,
    source: str,
    store: Store,
    as_of: datetime | None,
    home: AddressSnapshot | None = None,
    locale: str = "",
    is_account: bool = False,
    origin: Origin,
    now: datetime,
) -> Customer | None:
    """Find or make the customer, locked, with profile brought up to `as_of`; None if nothing names them.

    Without `as_of` (a file that does not say when) only what no dated news has told is written.

    A guest whose e-mail turns out to be that of a customer with an account is merged into them.
    `is_account` where a shop that gives no two accounts one e-mail states the account itself.
    """
    address = normalize_email(email)
    external_id = identity(person.external_id, of="customer") if person.external_id else ""
    if not address and not external_id:
        return None
    bring = partial(
        bring_up_to_date,
        person=person,
        home=person.address or home,
        locale=locale,
        store=store,
        as_of=as_of,
        now=now,
    )
    customer = by_source_id(store_id=store.pk, source=source, external_id=external_id)
    if customer is None:
        customer = by_email(store_id=store.pk, email=address) if address else None
        if customer is None:
            customer = Customer(
                store_id=store.pk, email=address, created_at=now, time_zone=store.time_zone
            )
            bring(customer=customer)
            customer = _insert(customer)
        if external_id:
            customer = _name(customer=customer, source=source, external_id=external_id)
    if address and address != customer.email:
        customer = _take_email(
            customer=customer,
            email=address,
            source=source,
            as_of=as_of,
            is_account=is_account,
            origin=origin,
            now=now,
        )
    if changed := bring(customer=customer):
        customer.save(update_fields=changed)
    return customer


def by_source_id(*, store_id: int, source: str, external_id: str) -> Customer | None:
    """The living customer a source calls by this id, locked, or None."""
    if not external_id:
        return None
    # One key, not IN: before a table's statistics are known, a join of the two may read both whole.
    found = read(
        Customer,
        "id = (SELECT customer_id FROM orders_customersourceid"
        " WHERE store_id = %s AND source = %s AND external_id = %s)",
        store_id,
        source,
        external_id,
        lock=True,
    )
    return _who_remains(found[0]) if found else None


def living(*, customer_id: int) -> Customer:
    """The customer, locked; where two were merged, the one who remains."""
    return _who_remains(Customer.objects.select_for_update().get(pk=customer_id))


def _who_remains(customer: Customer) -> Customer:
    while customer.merged_into_id is not None:
        customer = Customer.objects.select_for_update().get(pk=customer.merged_into_id)
    return customer


def by_email(*, store_id: int, email: str) -> Customer | None:
    """The living customer with this normalised e-mail, locked, or None."""
    found = read(Customer, "email = %s AND merged_into_id IS NULL", email, order="id", lock=True)
    return next(iter(found), None)


def keeps_email(*, customer: Customer, as_of: datetime | None) -> bool:
    """Has newer news told the customer's e-mail than that of `as_of` (None: nobody says when)?"""
    known_at = customer.source_updated_at
    is_older = known_at is not None and (as_of is None or as_of < known_at)
    return customer.email is not None and is_older


def _insert(fresh: Customer) -> Customer:
    """The new customer; or the rival's, locked, who was first with this e-mail."""
    if Customer.objects.insert_new([fresh]):
        return fresh
    return Customer.objects.select_for_update().get(
        store_id=fresh.store_id, email=fresh.email, merged_into__isnull=True
    )


def _name(*, customer: Customer, source: str, external_id: str) -> Customer:
    """Tie the source's id to the customer. Where a rival tied it first, theirs is the customer."""
    its = {"store_id": customer.store_id, "source": source, "external_id": external_id}
    if CustomerSourceId.objects.insert_new([CustomerSourceId(customer=customer, **its)]):
        return customer
    known = CustomerSourceId.objects.get(**its)
    if known.customer_id == customer.pk:
        return customer
    if customer.email is None:
        customer.delete()  # made a moment ago, and nothing hangs on it
    return living(customer_id=known.customer_id)


def _take_email(
    *,
    customer: Customer,
    email: str,
    source: str,
    as_of: datetime | None,
    is_account: bool,
    origin: Origin,
    now: datetime,
) -> Customer:
    """Give the customer a new e-mail, unless older news brings it or another account holds it."""
    if keeps_email(customer=customer, as_of=as_of):
        return customer
    holder = by_email(store_id=customer.store_id, email=email)
    if holder is not None:
        if not holder.source_ids.filter(source=source).exists():
            merge_customers(kept=customer, gone=holder, origin=origin, now=now)
        elif is_account and as_of and (holder.source_updated_at or as_of) < as_of:
            # It changed hands; whose it was has another by now, and news of that is on its way.
            holder.email = None
            holder.save(update_fields=["email"])
        else:
            return customer  # two accounts of one shop: the shop says they are two people
    customer.email = email
    customer.save(update_fields=["email"])
    return customer
