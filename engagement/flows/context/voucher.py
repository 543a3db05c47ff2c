"""A voucher as mails show it."""

from datetime import timedelta

from core.stores.models import Store
from engagement.messages.rendering.context import VoucherData
from engagement.messages.voucher_picture import voucher_picture_url
from orders.models import Voucher


def voucher_data(*, voucher: Voucher, store: Store) -> VoucherData:
    """What the mail says of it. `expires_at` is its last moment, so that the day reads right."""
    data: VoucherData = {
        "code": voucher.code,
        "kind": voucher.kind,
        "is_single_use": voucher.uses_allowed == 1,
        "url": store.site_url,
        "qr_url": voucher_picture_url(store=store, code=voucher.code),
    }
    if voucher.amount_minor is not None:
        data["amount"] = {"minor": voucher.amount_minor, "currency": voucher.currency}
    if voucher.percent is not None:
        data["percent"] = voucher.percent
    if voucher.gift:
        data["gift"] = voucher.gift
    if voucher.minimum_minor:
        data["minimum"] = {"minor": voucher.minimum_minor, "currency": voucher.currency}
    if voucher.expires_at is not None:
        data["expires_at"] = voucher.expires_at - timedelta(minutes=1)
    return data
