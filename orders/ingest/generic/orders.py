"""Our own types ``order``, ``order.deleted`` and ``document``."""

from datetime import datetime
from typing import Any

from core.money import Amount
from orders.ingest.generic.fields import (
    SOURCE,
    address,
    consent,
    flag,
    id_of,
    one_of,
    only,
    time_of,
)
from orders.ingest.generic.parcels import parcel, refund
from orders.ingest.generic.people import customer
from orders.ingest.reading import (
    currency_code,
    email,
    link,
    moment,
    money,
    objects,
    promised_day,
    quantity,
    text,
)
from orders.ingest.snapshots import (
    CustomerSnapshot,
    DocumentSnapshot,
    DocumentUpdate,
    LineSnapshot,
    News,
    OrderDeleted,
    OrderSnapshot,
    Unreadable,
)

ORDER = frozenset(
    [
        "id",
        "number",
        "currency",
        "placed_at",
        "updated_at",
        "total",
        "subtotal",
        "discount",
        "shipping",
        "tax",
        "taxes_included",
        "presentment_currency",
        "presentment_total",
        "payment_status",
        "payment_method",
        "shipping_method",
        "discounts",
        "paid_at",
        "canceled_at",
        "cancel_reason",
        "promised_at",
        "customer",
        "email",
        "locale",
        "shipping_address",
        "billing_address",
        "lines",
        "fulfillments",
        "refunds",
        "documents",
        "consent",
        "gift",
        "recipient",
        "recurring",
        "test",
        "draft",
        "tags",
        "note",
        "status_url",
    ]
)
LINE = frozenset(
    [
        "id",
        "title",
        "quantity",
        "unit_price",
        "total",
        "variant_title",
        "sku",
        "batch",
        "product_id",
        "variant_id",
        "category",
        "image_url",
        "product_url",
        "discount",
        "tax",
        "needs_shipping",
    ]
)
DISCOUNT = frozenset({"code", "amount"})
RECIPIENT = frozenset({"name", "email"})
DOCUMENT = frozenset({"id", "kind", "title", "url"})
PAYMENTS = (
    "pending",
    "authorized",
    "partially_paid",
    "paid",
    "partially_refunded",
    "refunded",
    "voided",
    "failed",
)
DOCUMENT_KINDS = ("invoice", "manual", "warranty", "other")


def read_order(*, data: Any, received_at: datetime, currency: str) -> list[News]:
    """The whole order as it stands at its ``updated_at``."""
    body = only(data, ORDER, what="order")
    code = currency_code(body.get("currency") or currency)
    external_id = id_of(body, what="order")
    placed_at = time_of(body, "placed_at", what="order")
    return [
        OrderSnapshot(
            source=SOURCE,
            external_id=external_id,
            number=text(body.get("number"), limit=64) or external_id[:64],
            currency=code,
            placed_at=placed_at,
            updated_at=moment(body.get("updated_at"), what="updated_at") or placed_at,
            **_amounts(body, currency=code),
            **_states(body),
            **_people(body),
            **_parts(body, currency=code),
            locale=text(body.get("locale"), limit=16),
            tags=_tags(body.get("tags")),
            note=text(body.get("note"), limit=5000),
            status_url=link(body.get("status_url")),
        )
    ]


def _amounts(body: dict[str, Any], *, currency: str) -> dict[str, Any]:
    """The lines, and what they come to."""
    if body.get("total") is None:
        raise Unreadable("The order has no total.")
    lines = tuple(_line(one, currency=currency) for one in objects(body.get("lines"), what="lines"))
    read = {
        name: money(body.get(name), currency=currency, what=name)
        for name in ("total", "subtotal", "discount", "shipping", "tax")
    }
    if body.get("subtotal") is None:
        read["subtotal"] = Amount(sum(line.total.minor for line in lines))
    shown = text(body.get("presentment_currency"))
    shown = currency_code(shown, what="presentment_currency") if shown else ""
    total = body.get("presentment_total")
    return {
        **read,
        "lines": lines,
        "taxes_included": flag(body.get("taxes_included"), what="taxes_included", default=True),
        "presentment_currency": shown,
        "presentment_total": (
            money(total, currency=shown, what="presentment_total") if shown else None
        ),
        "discounts": _discounts(body, currency=currency),
    }


def _states(body: dict[str, Any]) -> dict[str, Any]:
    """How it was paid and is sent, and what kind of order it is."""
    return {
        "payment_status": one_of(
            body.get("payment_status", "pending"), PAYMENTS, what="order's payment_status"
        ),
        "payment_method": text(body.get("payment_method"), limit=120),
        "shipping_method": text(body.get("shipping_method"), limit=200),
        "paid_at": moment(body.get("paid_at"), what="paid_at"),
        "canceled_at": moment(body.get("canceled_at"), what="canceled_at"),
        "cancel_reason": text(body.get("cancel_reason"), limit=200),
        "promised_at": promised_day(body.get("promised_at"), what="promised_at"),
        "is_gift": flag(body.get("gift"), what="gift"),
        "is_recurring": flag(body.get("recurring"), what="recurring"),
        "is_test": flag(body.get("test"), what="test"),
        "is_draft": flag(body.get("draft"), what="draft"),
    }


def _people(body: dict[str, Any]) -> dict[str, Any]:
    """Who bought, who gets it, and what was said about marketing mail."""
    person = customer(body["customer"]) if body.get("customer") is not None else None
    wrote = email(body.get("email")) or (person.email if person else "")
    recipient = only(body.get("recipient") or {}, RECIPIENT, what="recipient")
    said = body.get("consent")
    known_as = person.external_id if person else ""
    return {
        "customer": _buyer(person, wrote=wrote),
        "email": wrote,
        "recipient_name": text(recipient.get("name"), limit=200),
        "recipient_email": email(recipient.get("email")),
        "shipping_address": address(body.get("shipping_address"), what="shipping_address"),
        "billing_address": address(body.get("billing_address"), what="billing_address"),
        "consent": (
            consent(said, fallback_email=wrote, fallback_id=known_as) if said is not None else None
        ),
    }


def _parts(body: dict[str, Any], *, currency: str) -> dict[str, Any]:
    """Parcels, refunds and papers told with the order."""
    refunds = objects(body.get("refunds"), what="refunds")
    return {
        "fulfillments": tuple(
            parcel(one) for one in objects(body.get("fulfillments"), what="fulfillments")
        ),
        "refunds": tuple(refund(one, currency=currency) for one in refunds),
        "documents": tuple(
            document(one) for one in objects(body.get("documents"), what="documents")
        ),
    }


def _buyer(person: CustomerSnapshot | None, *, wrote: str) -> CustomerSnapshot | None:
    if person is not None and (person.external_id or person.email):
        return person
    return None if person is None and not wrote else CustomerSnapshot(email=wrote)


def _line(value: Any, *, currency: str) -> LineSnapshot:
    body = only(value, LINE, what="line")
    pieces = quantity(body.get("quantity"), what="The line's quantity")
    if body.get("unit_price") is None:
        raise Unreadable("A line has no unit_price.")
    price = money(body["unit_price"], currency=currency, what="The line's unit_price")
    discount = money(body.get("discount"), currency=currency, what="The line's discount")
    title = text(body.get("title"))
    if not title:
        raise Unreadable("A line has no title.")
    return LineSnapshot(
        external_id=id_of(body, what="line"),
        title=title,
        quantity=pieces,
        unit_price=price,
        total=(
            money(body["total"], currency=currency, what="The line's total")
            if body.get("total") is not None
            else Amount(int(price.minor * pieces) - discount.minor)
        ),
        variant_title=text(body.get("variant_title")),
        sku=text(body.get("sku"), limit=120),
        batch=text(body.get("batch"), limit=60),
        product_external_id=text(body.get("product_id"), limit=120),
        variant_external_id=text(body.get("variant_id"), limit=120),
        category=text(body.get("category"), limit=200),
        image_url=link(body.get("image_url")),
        product_url=link(body.get("product_url"), limit=500),
        discount=discount,
        tax=money(body.get("tax"), currency=currency, what="The line's tax"),
        needs_shipping=flag(body.get("needs_shipping"), what="needs_shipping", default=True),
    )


def _discounts(body: dict[str, Any], *, currency: str) -> tuple[tuple[str, Amount], ...]:
    found = []
    for one in objects(body.get("discounts"), what="discounts"):
        only(one, DISCOUNT, what="discount")
        amount = money(one.get("amount"), currency=currency, what="The discount's amount")
        found.append((text(one.get("code"), limit=120), amount))
    return tuple(found)


def _tags(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise Unreadable("The tags must be a list of texts.")
    return tuple(tag for one in value if (tag := text(one, limit=120)))[:50]


def read_deletion(*, data: Any, received_at: datetime, currency: str) -> list[News]:
    """The shop deleted the order."""
    body = only(data, frozenset({"id", "happened_at"}), what="order deletion")
    return [
        OrderDeleted(
            source=SOURCE,
            external_id=id_of(body, what="order deletion"),
            happened_at=moment(body.get("happened_at"), what="happened_at"),
        )
    ]


def read_document(*, data: Any, received_at: datetime, currency: str) -> list[News]:
    """An invoice or a manual, told apart from its order."""
    body = only(data, DOCUMENT | {"order_id"}, what="document")
    inner = {key: value for key, value in body.items() if key != "order_id"}
    order_id = id_of(body, "order_id", what="document")
    return [DocumentUpdate(source=SOURCE, order_external_id=order_id, document=document(inner))]


def document(value: Any) -> DocumentSnapshot:
    """A paper of the order, by its address."""
    body = only(value, DOCUMENT, what="document")
    url = link(body.get("url"))
    if not url:
        raise Unreadable("The document's url is no https:// address.")
    return DocumentSnapshot(
        external_id=text(body.get("id"), limit=120),
        kind=one_of(body.get("kind", "other"), DOCUMENT_KINDS, what="document's kind"),
        title=text(body.get("title"), limit=200) or "Document",
        url=url,
    )
