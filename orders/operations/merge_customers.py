"""Two rows turn out to be one person."""

from datetime import datetime

from core.events.event import Origin
from core.events.spine import record
from core.ledger.operations.carry import carry
from core.stores.models import Store
from orders.credit import owner_of
from orders.events import CustomerMerged
from orders.ingest.snapshots import CustomersMerged
from orders.models import (
    Adjustment,
    Customer,
    CustomerAddress,
    CustomerSourceId,
    Order,
    Return,
    Voucher,
)
from orders.operations.fit_row import identity
from orders.operations.outcome import Outcome
from orders.operations.recount_customers import recount_customers

FILLED = [
    "first_name",
    "last_name",
    "phone",
    "locale",
    "language",
    "country",
    "region",
    "time_zone",
    "account_created_on",
    "birthday_month",
    "birthday_day",
    "birthday_year",
    "birthday_entered_at",
]


def merge_customers(*, kept: Customer, gone: Customer, origin: Origin, now: datetime) -> bool:
    """Move everything of `gone` to `kept` and record customer.merged; false if that was done before.

    Profile fields known only of `gone` are kept; where both know, `kept` is right. `gone` stays as
    a row that points on, so that old links still find the person. Call inside a transaction.
    """
    if kept.pk == gone.pk or gone.merged_into_id is not None:
        return False
    list(Order.objects.select_for_update().filter(customer=gone).order_by("pk").values_list("pk"))
    list(
        Customer.objects.select_for_update()
        .filter(pk__in=[kept.pk, gone.pk])
        .order_by("pk")
        .values_list("pk")
    )
    Order.objects.filter(customer=gone).update(customer=kept)
    Adjustment.objects.filter(customer=gone).update(customer=kept)
    Return.objects.filter(customer=gone).update(customer=kept)
    CustomerSourceId.objects.filter(customer=gone).update(customer=kept)
    _hand_on_vouchers(kept=kept, gone=gone)
    carry(store_id=kept.store_id, gone=owner_of(gone.pk), kept=owner_of(kept.pk), now=now)
    known = CustomerAddress.objects.filter(customer=kept).values("fingerprint")
    CustomerAddress.objects.filter(customer=gone).exclude(fingerprint__in=known).update(
        customer=kept
    )
    CustomerAddress.objects.filter(customer=gone).delete()
    Customer.objects.filter(merged_into=gone).update(merged_into=kept)
    gone.merged_into = kept
    gone.save(update_fields=["merged_into"])
    _fill(kept=kept, gone=gone)
    recount_customers(customer_ids=[kept.pk, gone.pk])
    record(
        news=CustomerMerged(customer_id=kept.pk, merged_customer_id=gone.pk),
        store_id=kept.store_id,
        subject=f"customer:{kept.pk}",
        key=f"{kept.pk}:{gone.pk}",
        occurred_at=now,
        origin=origin,
        now=now,
    )
    return True


def _hand_on_vouchers(*, kept: Customer, gone: Customer) -> None:
    """Both may have been given one for the same occasion; both stay good."""
    theirs = Voucher.objects.filter(customer=gone)
    given = Voucher.objects.filter(customer=kept).exclude(occasion="")
    theirs.filter(occasion__in=list(given.values_list("occasion", flat=True))).update(occasion="")
    theirs.update(customer=kept)


def apply_merge(*, news: CustomersMerged, store: Store, origin: Origin, now: datetime) -> Outcome:
    """The shop merged two of its customers. An id it had not told us of yet joins the other's person."""
    kept_id = identity(news.kept_external_id, of="customer")
    gone_id = identity(news.gone_external_id, of="customer")
    ids = CustomerSourceId.objects.filter(
        store_id=store.pk, source=news.source, external_id__in=[kept_id, gone_id]
    )
    people = {row.external_id: row.customer_id for row in ids}
    if not people:
        return Outcome("ignored", "Neither of the two customers is known here.")
    if len(people) == 2:
        rows = Customer.objects.in_bulk(people.values())
        done = merge_customers(
            kept=rows[people[kept_id]], gone=rows[people[gone_id]], origin=origin, now=now
        )
        return Outcome("applied") if done else Outcome("ignored", "They are one already.")
    missing = gone_id if kept_id in people else kept_id
    CustomerSourceId.objects.get_or_create(
        store_id=store.pk,
        source=news.source,
        external_id=missing,
        defaults={"customer_id": next(iter(people.values()))},
    )
    return Outcome("applied")


def _fill(*, kept: Customer, gone: Customer) -> None:
    fields = [f for f in FILLED if getattr(kept, f) in ("", None) and getattr(gone, f)]
    if kept.birthday_month is not None:
        fields = [f for f in fields if not f.startswith("birthday")]
    for name in fields:
        setattr(kept, name, getattr(gone, name))
    if kept.email is None:
        kept.email = gone.email
    kept.save(update_fields=[*fields, "email"])
