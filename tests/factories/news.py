"""News as sources are read into: one order, its parcel, refund and carrier news, ready to vary."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from core.money import Amount
from orders.ingest.snapshots import (
    AddressSnapshot,
    CarrierNews,
    CustomerSnapshot,
    FulfillmentSnapshot,
    LineSnapshot,
    OrderSnapshot,
    RefundSnapshot,
    ShipmentUpdate,
)

PLACED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)

HOME = AddressSnapshot(
    name="Jana Nováková", street="Lipová 1", city="Praha", postcode="110 00", country="CZ"
)


def line(**said: Any) -> LineSnapshot:
    return LineSnapshot(
        **{
            "external_id": "line-1",
            "title": "Rose soap",
            "quantity": Decimal(2),
            "unit_price": Amount(9900),
            "total": Amount(19800),
            "sku": "SOAP",
            "product_external_id": "soap",
            **said,
        }
    )


def person(**said: Any) -> CustomerSnapshot:
    return CustomerSnapshot(
        **{
            "external_id": "c-1",
            "email": "Jana@Mail.Example",
            "first_name": "Jana",
            "last_name": "Nováková",
            **said,
        }
    )


def told(**said: Any) -> OrderSnapshot:
    """Order 1001 of two soaps, told at its placing unless `updated_at` says later."""
    return OrderSnapshot(
        **{
            "source": "generic",
            "external_id": "o-1",
            "number": "1001",
            "currency": "CZK",
            "placed_at": PLACED,
            "updated_at": PLACED,
            "total": Amount(19800),
            "customer": person(),
            "shipping_address": HOME,
            "lines": (line(),),
            **said,
        }
    )


def parcel(**said: Any) -> FulfillmentSnapshot:
    return FulfillmentSnapshot(
        **{
            "external_id": "p-1",
            "status": "shipped",
            "tracking_number": "CZ-123 456",
            "updated_at": PLACED + 24 * HOUR,
            "shipped_at": PLACED + 24 * HOUR,
            "lines": (("line-1", Decimal(2)),),
            **said,
        }
    )


def refund(**said: Any) -> RefundSnapshot:
    return RefundSnapshot(
        **{
            "external_id": "r-1",
            "amount": Amount(9900),
            "happened_at": PLACED + 90 * HOUR,
            "lines": (("line-1", Decimal(1), Amount(9900)),),
            **said,
        }
    )


def carrier(*steps: tuple[str, datetime], **said: Any) -> ShipmentUpdate:
    """Carrier news of the parcel's number; each step is (kind, moment)."""
    news = tuple(
        CarrierNews(key=f"{kind}:{at:%s}", kind=kind, happened_at=at) for kind, at in steps
    )
    return ShipmentUpdate(
        **{"source": "aftership", "tracking_number": "CZ123456", "news": news, **said}
    )
