"""What orders keep of a person, as an export shows it. No keys and secrets of the shop."""

from collections.abc import Iterator, Mapping

from django.db.models.fields.files import FieldFile

from core.ledger.models import Movement
from core.privacy import Person, Rows, rows
from orders.models import (
    Adjustment,
    ChangeRequest,
    Customer,
    CustomerAddress,
    CustomerSourceId,
    Fulfillment,
    FulfillmentLine,
    InboundNotice,
    Order,
    OrderDocument,
    OrderLine,
    PlatformCommand,
    PrivacyRequest,
    Redemption,
    Refund,
    TrackingEvent,
    Voucher,
)
from orders.privacy.returns import return_files, show_returns
from orders.privacy.warranty import show_warranty, warranty_files

CUSTOMER = (
    *("public_id", "email", "first_name", "last_name", "phone", "locale", "language", "country"),
    *("region", "time_zone", "birthday_day", "birthday_month", "birthday_year"),
    *("birthday_verified", "account_created_on", "first_order_at", "last_order_at"),
    *("order_count", "created_at"),
)
ORDER = (
    *("public_id", "number", "source", "external_id", "email", "status", "payment_status"),
    *("fulfillment_status", "currency", "subtotal_minor", "discount_minor", "shipping_minor"),
    *("tax_minor", "total_minor", "refunded_minor", "presentment_currency"),
    *("presentment_total_minor", "discounts", "payment_method", "shipping_method"),
    *("shipping_address", "billing_address", "locale", "is_gift", "recipient_name"),
    *("recipient_email", "is_recurring", "tags", "note", "status_url", "placed_at", "paid_at"),
    *("canceled_at", "cancel_reason", "delivered_at", "promised_at"),
)
LINE = (
    *("order__number", "position", "title", "variant_title", "sku", "quantity"),
    *("refunded_quantity", "unit_price_minor", "discount_minor", "tax_minor", "total_minor"),
)
PARCEL = (
    *("order__number", "external_id", "status", "carrier", "tracking_number", "tracking_url"),
    *("pickup_point", "shipped_at", "delivered_at", "estimated_at"),
)
WISH = (
    *("order__number", "kind", "wanted", "why", "status", "because", "reason", "asked_at"),
    "settled_at",
)
VOUCHER = (
    *("code", "kind", "amount_minor", "currency", "percent", "gift", "minimum_minor", "reason"),
    *("issued_at", "expires_at", "revoked_at"),
)


def show(person: Person) -> Mapping[str, Rows]:
    """Tables of rows: a query each."""
    theirs = {"customer_id__in": person.ids}
    of_orders = {"order_id__in": person.order_ids}
    purses = {"purse__owner_kind": "customer", "purse__owner_id__in": [str(i) for i in person.ids]}
    return {
        "customer": rows(Customer.objects.filter(pk__in=person.ids), *CUSTOMER),
        "known_as": rows(CustomerSourceId.objects.filter(**theirs), "source", "external_id"),
        "addresses": rows(CustomerAddress.objects.filter(**theirs), "lines", "last_used_at"),
        "orders": rows(Order.objects.filter(pk__in=person.order_ids), *ORDER),
        "order_lines": rows(OrderLine.objects.filter(**of_orders), *LINE),
        "parcels": rows(Fulfillment.objects.filter(**of_orders), *PARCEL),
        "parcel_contents": rows(
            FulfillmentLine.objects.filter(fulfillment__order_id__in=person.order_ids),
            *("fulfillment__external_id", "order_line__title", "quantity"),
        ),
        "carrier_news": rows(
            TrackingEvent.objects.filter(fulfillment__order_id__in=person.order_ids),
            *("tracking_number", "kind", "raw_status", "message", "place", "happened_at"),
        ),
        "refunds": rows(
            Refund.objects.filter(**of_orders),
            *("order__number", "amount_minor", "currency", "reason", "lines", "happened_at"),
        ),
        "adjustments": rows(
            Adjustment.objects.filter(**theirs),
            *("sku", "title", "quantity", "amount_minor", "currency", "reason", "happened_at"),
        ),
        "documents": rows(
            OrderDocument.objects.filter(**of_orders),
            *("order__number", "kind", "title", "url", "file", "created_at"),
        ),
        "change_requests": rows(ChangeRequest.objects.filter(**of_orders), *WISH),
        "vouchers": rows(Voucher.objects.filter(**theirs), *VOUCHER),
        "voucher_uses": rows(
            Redemption.objects.filter(**of_orders),
            *("voucher__code", "order__number", "amount_minor", "redeemed_at"),
        ),
        "store_credit": rows(
            Movement.objects.filter(**purses),
            *("unit__code", "kind", "amount", "subject", "reason", "happened_at"),
        ),
        "handed_to_the_shop": rows(
            PlatformCommand.objects.filter(**of_orders),
            *("order__number", "kind", "payload", "status", "created_at", "settled_at"),
        ),
        "news_received": rows(
            InboundNotice.objects.filter(**of_orders),
            *("order__number", "source", "topic", "received_at", "status", "reason"),
        ),
        "demands": rows(
            PrivacyRequest.objects.filter(**theirs),
            *("kind", "source", "received_at", "due_at", "called_off_at", "done_at"),
        ),
        **show_returns(person),
        **show_warranty(person),
    }


def files(person: Person) -> Iterator[tuple[str, FieldFile]]:
    """Private papers of their orders."""
    for paper in OrderDocument.objects.filter(order_id__in=person.order_ids).order_by("pk"):
        if paper.file:
            name = (paper.file.name or "").rsplit("/", 1)[-1]
            yield f"documents/{paper.pk}-{name}", paper.file
    yield from return_files(person)
    yield from warranty_files(person)
