"""Customers of a whole batch at once: the rules of `apply_customer`, by way of `Buyers`."""

from collections import Counter
from collections.abc import Hashable, Sequence
from datetime import datetime

from core.events.event import Origin
from core.events.spine import record_all
from core.stores.models import Store
from orders.email_address import normalize_email
from orders.imports.buyers import Buyers, Hard, Meeting, source_key
from orders.ingest.snapshots import ConsentStatement, CustomerSnapshot, CustomerUpdate
from orders.models import Customer
from orders.operations.state_consent import check_basis, consent_fact, whose_ids

ORIGIN: Origin = "import"
Told = CustomerUpdate | ConsentStatement


class People:
    """Those of whom a batch tells, and what they said about marketing mail."""

    def __init__(self, *, store: Store, now: datetime) -> None:
        self._store, self._now = store, now
        self._buyers = Buyers(store=store, now=now, counts=Counter())
        self._told: list[tuple[Customer | None, ConsentStatement | None]] = []

    def load(self, told: Sequence[Told]) -> None:
        """Lock and read everybody whom the batch may speak of."""
        self._buyers.load([self._meeting(one) for one in told])

    def names(self, told: Told) -> set[Hashable]:
        """Id and e-mail, and whoever goes by them now."""
        meeting = self._meeting(told)
        said: set[Hashable] = {source_key(meeting), normalize_email(meeting.email)}
        said.update(id(one) for one in self._buyers.known(meeting))
        return said - {None}

    def take(self, told: Told) -> None:
        """Raises `Hard`, `Unreadable`."""
        if isinstance(told, CustomerUpdate) and told.deleted:
            raise Hard
        said = told.consent if isinstance(told, CustomerUpdate) else told
        if said is not None:
            check_basis(said)
        meeting = self._meeting(told)
        customer = self._buyers.meet(meeting, used_at=meeting.as_of or self._now)
        self._told.append((customer, said))

    def save(self, counts: Counter[str]) -> None:
        """Write people, then what they said, in the order in which it was told."""
        self._buyers.save()
        facts = {
            place: consent_fact(customer=customer, statement=said)
            for place, (customer, said) in enumerate(self._told)
            if customer is not None and said is not None
        }
        recorded = record_all(
            facts=list(facts.values()), store_id=self._store.pk, origin=ORIGIN, now=self._now
        )
        new = {row.key for row in recorded}
        for place, (customer, _) in enumerate(self._told):
            is_news = customer is not None and customer.pk in self._buyers.changed
            if is_news or (place in facts and facts[place].key in new):
                counts["customers taken in"] += 1
            else:
                counts["customers already there"] += 1

    def _meeting(self, told: Told) -> Meeting:
        """The person as `apply_customer` and `apply_statement` meet them."""
        if isinstance(told, ConsentStatement):
            person = CustomerSnapshot(external_id=told.customer_external_id)
            return Meeting(person, told.email, whose_ids(told.source), told.stated_at)
        person = told.customer
        return Meeting(
            person=person,
            email=person.email,
            source=told.source,
            as_of=None if told.is_excerpt else person.updated_at or self._now,
            addresses=(person.address,) if person.address is not None else (),
        )
