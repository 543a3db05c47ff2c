"""A platform passes on that somebody wants their data shown or erased. Kept with its deadline."""

from datetime import datetime, timedelta

from core.secrets import keyed_hash
from core.stores.models import Store
from orders.email_address import normalize_email
from orders.ingest.snapshots import PrivacyDemand, Unreadable
from orders.models import PrivacyRequest
from orders.operations.fit_row import plain
from orders.operations.meet_customer import by_email, by_source_id
from orders.operations.outcome import Outcome

DEADLINE = timedelta(days=30)  # Shopify's terms and Article 12(3) GDPR: within a month


def keep_privacy_demand(*, demand: PrivacyDemand, store: Store, now: datetime) -> Outcome:
    """Keep the request once. Of an address only a keyed hash is kept, for it may be erased soon."""
    if demand.kind not in PrivacyRequest.Kind.values:
        raise Unreadable(f"{demand.kind[:40]!r} is no privacy request we know.")
    email = normalize_email(demand.email)
    customer = by_source_id(
        store_id=store.pk, source=demand.source, external_id=demand.customer_external_id
    )
    if customer is None and email:
        customer = by_email(store_id=store.pk, email=email)
    _, made = PrivacyRequest.objects.get_or_create(
        store_id=store.pk,
        source=demand.source,
        key=demand.key[:190],
        defaults={
            "kind": demand.kind,
            "customer": customer,
            "subject_hash": keyed_hash(purpose="privacy", value=email) if email else "",
            "detail": plain(demand.detail),
            "received_at": now,
            "due_at": now + DEADLINE,
        },
    )
    return Outcome("applied") if made else Outcome("ignored", "This request is kept already.")
