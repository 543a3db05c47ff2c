"""An order as its source states it. The newest statement holds; facts that only ever come true stay."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from core.events.event import Origin
from core.events.spine import Fact
from core.stores.models import Store
from orders.email_address import normalize_email
from orders.ingest.snapshots import OrderSnapshot, Unreadable
from orders.models import Customer, Fulfillment, Order, OrderLine
from orders.operations.announce_order import OrderChange
from orders.operations.apply_lines import write_lines
from orders.operations.fit_row import fingerprint, fit, number_text, plain
from orders.operations.keep_documents import keep_documents, of_documents
from orders.operations.lock_order import lock_order
from orders.operations.meet_customer import meet_buyer
from orders.operations.merge_parcel import merge_parcel
from orders.operations.merge_refund import merge_refund, take_back_missing
from orders.operations.outcome import Outcome, kept_or_known
from orders.operations.recount_customers import recount_customers
from orders.operations.settle_order import settle_order
from orders.operations.settle_vouchers import settle_vouchers
from orders.operations.state_consent import consent_fact
from orders.operations.without_person import without_person
from orders.parts import lines_of, parcels_of
from orders.policies import PAID, PAYMENT_RANK, earliest, was_restored

EXCERPT = "-"  # begins the version of a statement that knew no ids of lines


def apply_order(*, snapshot: OrderSnapshot, store: Store, origin: Origin, now: datetime) -> Outcome:
    """Bring one whole order up to date. See decision 0003 for what wins over what.

    Raises `Unreadable` where the order has no id, no currency or impossible numbers.
    """
    if snapshot.is_draft:
        return Outcome("ignored", "A draft or an open basket, not an order yet.")
    if len(snapshot.currency) != 3:
        raise Unreadable("The order names no currency.")
    order = lock_order(
        store=store,
        source=snapshot.source,
        external_id=snapshot.external_id,
        currency=snapshot.currency,
        heard_at=snapshot.placed_at,
        origin=origin,
        now=now,
        number=snapshot.number,
    )
    if order.erased_at is not None:
        snapshot = without_person(snapshot)
    was_excerpt = order.source_version.startswith(EXCERPT)
    was_told, had_codes = order.source_updated_at is not None, bool(order.discounts)
    newer = _is_newer(order=order, snapshot=snapshot)
    lines = lines_of(order) if was_told else []
    buyer = meet_buyer(snapshot=snapshot, store=store, origin=origin, now=now)
    counted, before = _counted(order), customer_content(order=order, lines=lines)
    keep_lasting_facts(order=order, snapshot=snapshot)
    if order.deleted_at is not None and was_restored(
        updated_at=snapshot.updated_at, deleted_at=order.deleted_at
    ):
        order.deleted_at = None
    if newer:
        take_content(order=order, snapshot=snapshot)
        order.origin = order.origin if was_told else origin
        order.customer = buyer or order.customer
        fit(order)
        lines = write_lines(order=order, snapshot=snapshot, lines=lines)
    elif order.customer_id is None:
        order.customer = buyer
    # What the shop itself says first differs from a file's line in form, not by a change.
    replaced = newer and was_told and not was_excerpt
    change = _change(order=order, lines=lines, before=before, replaced=replaced)
    parcels = _merge_parts(order=order, snapshot=snapshot, now=now)
    papers = keep_documents(order=order, documents=snapshot.documents, replace=newer, now=now)
    if not was_told and order.created_at < now:  # it was heard of before, maybe by its papers
        papers = list(order.documents.order_by("pk"))
    recorded = settle_order(
        order=order,
        store=store,
        origin=origin,
        now=now,
        lines=lines,
        parcels=parcels,
        change=change,
        also=[
            *of_documents(order=order, documents=papers),
            *_consent(snapshot=snapshot, buyer=buyer),
        ],
    )
    settle_vouchers(orders=[order], had_codes=had_codes)
    if counted != _counted(order):
        recount_customers(customer_ids={counted[0], order.customer_id})
    return kept_or_known(recorded=recorded, newer=newer, order_id=order.pk)


def _consent(*, snapshot: OrderSnapshot, buyer: Customer | None) -> Iterator[Fact]:
    if snapshot.consent is not None and buyer is not None:
        yield consent_fact(customer=buyer, statement=snapshot.consent)


def _is_newer(*, order: Order, snapshot: OrderSnapshot) -> bool:
    if order.source_updated_at is None:
        return True
    was_excerpt = order.source_version.startswith(EXCERPT)
    if was_excerpt != snapshot.is_excerpt:
        return was_excerpt  # the shop's own word, however old, says more than a file's line
    told = (snapshot.updated_at, order_version(snapshot))
    return told > (order.source_updated_at, order.source_version)


def _merge_parts(*, order: Order, snapshot: OrderSnapshot, now: datetime) -> list[Fulfillment]:
    """Merge parcels and refunds; the parcels as they stand then."""
    parcels = parcels_of(order)
    for parcel in snapshot.fulfillments:
        merge_parcel(
            order=order, parcel=parcel, parcels=parcels, as_of=snapshot.updated_at, now=now
        )
    for refund in snapshot.refunds:
        merge_refund(order=order, refund=refund)
    take_back_missing(order=order, snapshot=snapshot)
    return parcels


def _counted(order: Order) -> tuple[int | None, bool, bool, datetime]:
    """What the figures kept on a customer depend on."""
    stands = order.is_standing and order.source_updated_at is not None
    return order.customer_id, stands, order.is_test, order.placed_at


def order_version(snapshot: OrderSnapshot, *, digest: str = "") -> str:
    """Orders two statements of one moment: further paid wins, then the greater content hash.

    It also tells the statement of a file that knows no ids of lines from the shop's own. `digest` is
    the statement's fingerprint, where it is known.
    """
    mark, rank = EXCERPT if snapshot.is_excerpt else "", PAYMENT_RANK
    return f"{mark}{rank.get(snapshot.payment_status, 0):02d}:{digest or fingerprint(snapshot)}"


def keep_lasting_facts(*, order: Order, snapshot: OrderSnapshot) -> None:
    """What old news may still tell: that it was canceled, and that it was paid.

    Of several cancellations the earliest counts; its reason is the greater text, so that an empty
    one loses and no order of arrival matters.
    """
    if snapshot.canceled_at is not None:
        reason = snapshot.cancel_reason.replace("\x00", "")[:200]
        if order.canceled_at is None or snapshot.canceled_at < order.canceled_at:
            order.canceled_at, order.cancel_reason = snapshot.canceled_at, reason
        elif snapshot.canceled_at == order.canceled_at:
            order.cancel_reason = max(order.cancel_reason, reason)
        order.status = Order.Status.CANCELED
    stated = snapshot.paid_at
    if stated is None and snapshot.payment_status in PAID:
        stated = snapshot.updated_at
    order.paid_at = earliest(order.paid_at, stated)


def take_content(*, order: Order, snapshot: OrderSnapshot, version: str = "") -> None:
    """Write the snapshot's own columns over the order's. Does not save.

    `version` is its `order_version`, where that is known.
    """
    order.number = snapshot.number or order.external_id
    order.email = normalize_email(
        snapshot.email or (snapshot.customer.email if snapshot.customer else "")
    )
    order.payment_status = (
        snapshot.payment_status if snapshot.payment_status in PAYMENT_RANK else "pending"
    )
    order.currency = snapshot.currency.upper()
    for name in ("subtotal", "discount", "shipping", "tax", "total"):
        setattr(order, f"{name}_minor", getattr(snapshot, name).minor)
    order.taxes_included = snapshot.taxes_included
    order.presentment_currency = snapshot.presentment_currency.upper()
    presented = snapshot.presentment_total
    order.presentment_total_minor = presented.minor if presented is not None else None
    order.discounts = [
        {"code": plain(code), "amount_minor": amount.minor} for code, amount in snapshot.discounts
    ]
    for name in ("shipping_address", "billing_address"):
        address = getattr(snapshot, name)
        setattr(order, name, plain(address) if address is not None else {})
    for name in ("payment_method", "shipping_method", "locale", "note", "status_url"):
        setattr(order, name, getattr(snapshot, name))
    order.is_gift, order.is_recurring = snapshot.is_gift, snapshot.is_recurring
    order.is_test, order.tags = snapshot.is_test, plain(snapshot.tags)
    order.recipient_name = snapshot.recipient_name
    order.recipient_email = normalize_email(snapshot.recipient_email) or ""
    order.placed_at, order.promised_at = snapshot.placed_at, snapshot.promised_at
    order.source_updated_at = snapshot.updated_at
    order.source_version = version or order_version(snapshot)


def customer_content(*, order: Order, lines: Iterable[OrderLine]) -> dict[str, object]:
    """What a customer would call a change, part by part, of the rows as they stand."""
    if order.source_updated_at is None:
        return {}
    return content_of(
        order=order,
        lines=[
            (row.external_id, row.title, row.variant_title, row.quantity, row.total_minor)
            for row in lines
        ],
    )


def content_of(
    *, order: Order, lines: Iterable[tuple[str, str, str, Decimal, int]]
) -> dict[str, object]:
    """The same, from lines as (external id, title, variant title, quantity, total)."""
    return {
        "items": sorted([*texts, number_text(number), total] for *texts, number, total in lines),
        "address": order.shipping_address,
        "shipping": order.shipping_method,
        "total": [order.total_minor, order.currency],
    }


def _change(
    *, order: Order, lines: Iterable[OrderLine], before: dict[str, object], replaced: bool
) -> OrderChange | None:
    """Keep the content hash, and say what changed where newer content replaced a standing order's."""
    after = customer_content(order=order, lines=lines)
    order.content_hash = fingerprint(after)
    if not replaced or not order.is_standing:
        return None
    parts = [part for part, was in before.items() if was and was != after[part]]
    if not parts:
        return None
    return OrderChange(
        content_hash=order.content_hash, parts=parts, happened_at=order.source_updated_at
    )
