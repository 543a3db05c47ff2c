"""Who bought, for a whole batch at once: the rules of `meet_customer`, with one read and one write.

Whoever those rules would merge, or whose e-mail changes hands, is left to `meet_customer` itself.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.stores.models import Store
from orders.email_address import normalize_email
from orders.imports.blank import blank
from orders.imports.tables import insert_rows, insert_values, update_rows
from orders.ingest.snapshots import AddressSnapshot, CustomerSnapshot, OrderSnapshot
from orders.models import Customer, CustomerAddress, CustomerSourceId
from orders.operations.fill_profile import bring_up_to_date
from orders.operations.fit_row import identity, plain
from orders.operations.meet_customer import keeps_email
from orders.operations.remember_address import address_fingerprint

NOBODY = CustomerSnapshot()


class Hard(Exception):
    """This buyer needs the rules for one person at a time."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """One person as one record tells of them; `as_of` is None where the record does not say when."""

    person: CustomerSnapshot
    email: str
    source: str
    as_of: datetime | None
    home: AddressSnapshot | None = None
    locale: str = ""
    addresses: tuple[AddressSnapshot, ...] = ()


def meeting_of(snapshot: OrderSnapshot) -> Meeting:
    """The buyer of an order, as `meet_buyer` reads it."""
    person = snapshot.customer or NOBODY
    home = snapshot.billing_address
    delivery = None if snapshot.is_gift else snapshot.shipping_address
    home = home or delivery
    used = (home, delivery if delivery != home else None)
    return Meeting(
        person=person,
        email=person.email or snapshot.email,
        source=snapshot.source,
        as_of=person.updated_at or snapshot.updated_at,
        home=home,
        locale=snapshot.locale,
        addresses=tuple(one for one in used if one is not None),
    )


def source_key(told: Meeting) -> tuple[str, str] | None:
    """By which id the source knows the person, as `identity` would have it; None without one."""
    external_id = told.person.external_id.replace("\x00", "").strip()
    return (told.source, external_id) if external_id else None


class Buyers:
    """The people of one batch. `load`, then `meet` each, then `save`; only then have all a key.

    `changed` holds, once saved, the keys of those of whom anything new was told.
    """

    def __init__(self, *, store: Store, now: datetime, counts: Counter[str]) -> None:
        self._store, self._now, self._counts = store, now, counts
        self.changed: set[int] = set()
        self._by_id: dict[tuple[str, str], Customer] = {}
        self._by_email: dict[str, Customer] = {}
        self._fresh: list[Customer] = []
        self._ties: list[tuple[Customer, str, str]] = []
        self._changed: dict[int, Customer] = {}
        self._columns: set[str] = set()
        self._addresses: dict[tuple[int, str], tuple[Customer, AddressSnapshot, datetime]] = {}

    def load(self, meetings: Sequence[Meeting]) -> None:
        """Lock and read everybody whom the batch may speak of."""
        ids = {key for one in meetings if (key := source_key(one))}
        ties = CustomerSourceId.objects.filter(
            store_id=self._store.pk,
            source__in={source for source, _ in ids},
            external_id__in={external_id for _, external_id in ids},
        ).values_list("source", "external_id", "customer_id")
        tied = {(source, external_id): pk for source, external_id, pk in ties}
        emails = {email for one in meetings if (email := normalize_email(one.email))}
        by_email = Customer.objects.filter(
            store_id=self._store.pk, email__in=emails, merged_into__isnull=True
        ).values_list("pk", flat=True)
        wanted = sorted({*tied.values(), *by_email})
        people = {
            one.pk: one
            for one in Customer.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
        }
        self._by_id = {key: people[pk] for key, pk in tied.items() if pk in people}
        self._by_email = {
            one.email: one for one in people.values() if one.email and one.merged_into_id is None
        }

    def meet(self, told: Meeting, *, used_at: datetime) -> Customer | None:
        """The person, known or new; None where nothing names them. Raises `Hard`, `Unreadable`."""
        email = normalize_email(told.email)
        if told.person.external_id:
            identity(told.person.external_id, of="customer")
        key = source_key(told)
        if not email and not key:
            return None
        customer = self._by_id.get(key) if key else None
        if customer is not None and customer.merged_into_id is not None:
            raise Hard
        if (
            customer is not None
            and email
            and email != customer.email
            and not keeps_email(customer=customer, as_of=told.as_of)
        ):
            if customer.email is not None or email in self._by_email:
                raise Hard
            customer.email = email
            self._by_email[email] = customer
            self._touch(customer, {"email"})
        if customer is None:
            customer = self._by_email.get(email) if email else None
            customer = customer or self._new(email)
            if key:
                self._by_id[key] = customer
                self._ties.append((customer, *key))
        changed = bring_up_to_date(
            customer=customer,
            person=told.person,
            home=told.person.address or told.home,
            locale=told.locale,
            store=self._store,
            as_of=told.as_of,
            now=self._now,
        )
        self._touch(customer, set(changed))
        for address in told.addresses:
            self._remember(customer, address, used_at)
        return customer

    def known(self, told: Meeting) -> list[Customer]:
        """Whom the record may speak of: the person of that id, and the one of that e-mail."""
        key, email = source_key(told), normalize_email(told.email)
        by_id = self._by_id.get(key) if key else None
        by_email = self._by_email.get(email) if email else None
        return [one for one in (by_id, by_email) if one is not None]

    def save(self) -> None:
        """Write new people, what changed of known ones, their ids and addresses."""
        insert_rows(self._fresh)
        update_rows(list(self._changed.values()), self._columns)
        insert_values(
            CustomerSourceId,
            ("store_id", "customer_id", "source", "external_id"),
            [
                (self._store.pk, customer.pk, source, external_id)
                for customer, source, external_id in self._ties
            ],
        )
        self._save_addresses()
        people = [*self._fresh, *self._changed.values(), *(one for one, _, _ in self._ties)]
        self.changed |= {one.pk for one in people}
        self._counts["customers new"] += len(self._fresh)

    def _new(self, email: str | None) -> Customer:
        customer = blank(Customer)
        customer.store_id, customer.email = self._store.pk, email
        customer.created_at, customer.time_zone = self._now, self._store.time_zone
        self._fresh.append(customer)
        if email:
            self._by_email[email] = customer
        return customer

    def _touch(self, customer: Customer, names: set[str]) -> None:
        if names and customer.pk is not None:
            self._changed[customer.pk] = customer
            self._columns |= names

    def _remember(self, customer: Customer, address: AddressSnapshot, used_at: datetime) -> None:
        fingerprint = address_fingerprint(address)
        if not fingerprint:
            return
        key = (id(customer), fingerprint)
        known = self._addresses.get(key)
        if known is None or known[2] < used_at:
            self._addresses[key] = (customer, address, used_at)

    def _save_addresses(self) -> None:
        if not self._addresses:
            return
        told = {
            (customer.pk, fingerprint): (address, used_at)
            for (_, fingerprint), (customer, address, used_at) in self._addresses.items()
        }
        known = {
            (row.customer_id, row.fingerprint): row
            for row in CustomerAddress.objects.filter(
                store_id=self._store.pk, customer_id__in={pk for pk, _ in told}
            )
        }
        fresh, changed = [], []
        for (pk, fingerprint), (address, used_at) in told.items():
            row = known.get((pk, fingerprint))
            if row is None:
                row = CustomerAddress(
                    store_id=self._store.pk, customer_id=pk, fingerprint=fingerprint
                )
                fresh.append(row)
            elif row.last_used_at < used_at:
                changed.append(row)
            else:
                continue
            row.lines, row.last_used_at = plain(address), used_at
        insert_rows(fresh)
        update_rows(changed, ["lines", "last_used_at"])
        self.changed |= {row.customer_id for row in [*fresh, *changed]}
