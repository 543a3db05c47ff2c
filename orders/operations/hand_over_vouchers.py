"""Vouchers that count become codes in the shop's own system, once each."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from core.clock import real_now
from core.wake import wake_on_commit
from orders.connectors.connectors import CONNECTORS
from orders.models import PlatformCommand, PlatformConnection, Product, Voucher
from orders.operations.give_command import LANE

KIND = PlatformCommand.Kind.CREATE_VOUCHER
# A shop's platform takes codes itself; the shop's own system is told where there is no other.
FIRST = (
    PlatformConnection.Platform.SHOPIFY,
    PlatformConnection.Platform.WOOCOMMERCE,
    PlatformConnection.Platform.WEBHOOK,
)


def key_of(voucher: Voucher) -> str:
    """The command that makes this code: there is one at most."""
    return f"voucher:{voucher.public_id.hex}"


def hand_over_vouchers(*, vouchers: Collection[Voucher], now: datetime) -> int:
    """Have these live vouchers made in the shop's system; how many are new to it.

    In the transaction in which they come to count, inside the store's scope. A store without a
    connection that takes codes gets none: people enter them there. One query then, three otherwise.
    """
    connection = _connection() if vouchers else None
    if connection is None:
        return 0
    goods = _goods(vouchers)
    fresh = [
        PlatformCommand(
            store_id=voucher.store_id,
            connection=connection,
            kind=KIND,
            payload=payload_of(voucher, goods.get(voucher.pk, []), platform=connection.platform),
            key=key_of(voucher),
            due_at=real_now(),
            created_at=now,
        )
        for voucher in vouchers
    ]
    made = PlatformCommand.objects.insert_new(fresh)
    if made:
        wake_on_commit(LANE)
    return len(made)


def payload_of(voucher: Voucher, goods: Sequence[Product], *, platform: str) -> dict[str, Any]:
    """What its command says; amounts in minor units, times with their zone. `unknown_products` counts
    goods that the platform does not know by a number: a code for anything would be too much."""
    said: dict[str, Any] = {
        "code": voucher.code,
        "kind": voucher.kind,
        "currency": voucher.currency,
        "starts_at": voucher.live_at.isoformat(timespec="seconds") if voucher.live_at else None,
        "ends_at": voucher.expires_at.isoformat(timespec="seconds") if voucher.expires_at else None,
        "uses_allowed": voucher.uses_allowed,
        "amount_minor": voucher.amount_minor,
        "percent": voucher.percent,
        "gift": voucher.gift,
        "minimum_minor": voucher.minimum_minor,
        "reason": voucher.reason,
    }
    if goods:
        is_own = platform == PlatformConnection.Platform.WEBHOOK
        known = [one.external_id for one in goods if is_own or _is_known(one, platform)]
        said["product_ids"] = known
        said["unknown_products"] = len(goods) - len(known)
    return {name: value for name, value in said.items() if value not in (None, "", 0)}


def _is_known(product: Product, platform: str) -> bool:
    return product.source == platform and product.external_id.isdigit()


def _connection() -> PlatformConnection | None:
    active = {
        row.platform: row
        for row in PlatformConnection.objects.filter(is_active=True)
        if row.platform in CONNECTORS and KIND in CONNECTORS[row.platform].can
    }
    return next((active[platform] for platform in FIRST if platform in active), None)


def _goods(vouchers: Collection[Voucher]) -> dict[int, list[Product]]:
    grouped: dict[int, list[Product]] = {}
    through = Voucher.products.through.objects.filter(voucher_id__in=[one.pk for one in vouchers])
    for row in through.select_related("product").order_by("pk"):
        grouped.setdefault(row.voucher_id, []).append(row.product)
    return grouped
