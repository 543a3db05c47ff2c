"""What a person said about marketing mail, passed on as an event; `preferences` keeps the record."""

from datetime import UTC, datetime

from core.events.event import Origin
from core.events.spine import Fact, record_all
from core.stores.models import Store
from orders.events import CustomerConsentStated
from orders.ingest.snapshots import ConsentStatement, CustomerSnapshot, Unreadable
from orders.models import Customer
from orders.operations.meet_customer import meet_customer
from orders.operations.outcome import Outcome

BASES = ("explicit", "soft_opt_in", "inquiry", "none")
PLATFORMS = ("shopify", "woocommerce")


def whose_ids(source: str) -> str:
    """Whose customer id a statement carries. Its `source` is where it was said: “till in Brno”."""
    return next((name for name in PLATFORMS if source.startswith(name)), "generic")


def apply_statement(
    *, statement: ConsentStatement, store: Store, origin: Origin, now: datetime
) -> Outcome:
    """A statement told by itself. A person not met before is made, so that their no is not lost."""
    customer = meet_customer(
        person=CustomerSnapshot(external_id=statement.customer_external_id),
        email=statement.email,
        source=whose_ids(statement.source),
        store=store,
        as_of=statement.stated_at,
        origin=origin,
        now=now,
    )
    if customer is None:
        return Outcome("ignored", "The statement names nobody.")
    if state_consent(customer=customer, statement=statement, origin=origin, now=now):
        return Outcome("applied")
    return Outcome("ignored", "This statement is known.")


def state_consent(
    *, customer: Customer, statement: ConsentStatement, origin: Origin, now: datetime
) -> int:
    """Record customer.consent_stated; how many were new (0 or 1)."""
    fact = consent_fact(customer=customer, statement=statement)
    return len(record_all(facts=[fact], store_id=customer.store_id, origin=origin, now=now))


def check_basis(statement: ConsentStatement) -> None:
    """Raise `Unreadable` for a basis that is none."""
    if statement.basis not in BASES:
        raise Unreadable(f"{statement.basis[:40]!r} is no basis for marketing mail.")


def consent_fact(*, customer: Customer, statement: ConsentStatement) -> Fact:
    """The statement as an event to record. Raises `Unreadable` for a basis that is none."""
    check_basis(statement)
    stated_at = statement.stated_at.astimezone(UTC).isoformat()
    return Fact(
        news=CustomerConsentStated(
            customer_id=customer.pk,
            basis=statement.basis,
            source=statement.source[:60],
            wording=statement.wording.replace("\x00", ""),
            stated_at=stated_at,
        ),
        subject=f"customer:{customer.pk}",
        key=f"{customer.pk}:{statement.source[:60]}:{statement.basis}:{stated_at}",
        occurred_at=statement.stated_at,
    )
