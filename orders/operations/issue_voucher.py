"""Give somebody a voucher. One per person and occasion, whoever asks and however often."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from core.stores.models import Store
from orders.models import Customer, Product, Voucher
from orders.operations.hand_over_vouchers import hand_over_vouchers
from orders.voucher_codes import code_key, new_code

TRIES = 5


class BadOffer(ValueError):
    """Such a voucher cannot be given. The message is fit for the merchant who wanted it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a voucher is worth. Amounts are minor units of the store's currency.

    `uses_allowed` None: as often as one likes. `products`: only for these, for anything if empty.
    """

    kind: str
    amount_minor: int | None = None
    percent: int | None = None
    gift: str = ""
    minimum_minor: int = 0
    products: Collection[Product] = ()
    uses_allowed: int | None = 1
    expires_at: datetime | None = None

    def check(self, *, now: datetime) -> None:
        """Raise `BadOffer` where it is worth nothing, or over already."""
        worth = {
            Voucher.Kind.VALUE: self.amount_minor is not None and self.amount_minor > 0,
            Voucher.Kind.PERCENT: self.percent is not None and 1 <= self.percent <= 100,
            Voucher.Kind.FREE_DELIVERY: True,
            Voucher.Kind.GIFT: bool(self.gift.strip()),
        }
        if not worth.get(self.kind, False):  # type: ignore[call-overload]
            raise BadOffer(
                "Say what it is worth: an amount, 1 to 100 percent, free delivery or a gift."
            )
        if self.minimum_minor < 0 or self.uses_allowed == 0:
            raise BadOffer("The least to be bought cannot be negative, nor the uses none.")
        if self.expires_at is not None and self.expires_at <= now:
            raise BadOffer("It would have expired already.")


def issue_voucher(
    *,
    store: Store,
    offer: Offer,
    customer: Customer | None = None,
    occasion: str = "",
    reason: str,
    by: str,
    is_live: bool = True,
    now: datetime,
) -> Voucher:
    """The voucher of this customer and occasion; a new one where there is none yet.

    Rivals get the same row: the database's key decides. Without an occasion, or without an owner,
    every call gives another voucher. `is_live` False sets it aside: it counts only once
    `activate_vouchers` says so; asked for again, a voucher set aside is brought up to date with
    `offer` and keeps its code. Where the shop's system takes codes, it is made there, too. Inside the
    store's scope. Raises `BadOffer`.
    """
    offer.check(now=now)
    with transaction.atomic():
        for _ in range(TRIES):
            code = new_code()
            fresh = Voucher(
                store_id=store.pk,
                code=code,
                code_key=code_key(code),
                customer=customer,
                occasion=occasion if customer is not None else "",
                reason=reason[:200],
                issued_by=by[:160],
                live_at=now if is_live else None,
                **_columns(offer=offer, store=store, now=now),
            )
            if Voucher.objects.insert_new([fresh]):
                fresh.products.set(offer.products)
                if is_live:
                    hand_over_vouchers(vouchers=[fresh], now=now)
                return fresh
            if customer is not None and occasion:
                known = Voucher.objects.select_for_update().filter(
                    customer=customer, occasion=occasion
                )
                if (row := known.first()) is not None:
                    return _again(row, offer=offer, store=store, is_live=is_live, now=now)
    raise RuntimeError("Five fresh codes in a row were taken already.")


def _columns(*, offer: Offer, store: Store, now: datetime) -> dict[str, object]:
    is_value = offer.kind == Voucher.Kind.VALUE
    return {
        "kind": offer.kind,
        "amount_minor": offer.amount_minor if is_value else None,
        "currency": store.currency if is_value or offer.minimum_minor else "",
        "percent": offer.percent if offer.kind == Voucher.Kind.PERCENT else None,
        "gift": offer.gift.strip()[:200] if offer.kind == Voucher.Kind.GIFT else "",
        "minimum_minor": offer.minimum_minor,
        "uses_allowed": offer.uses_allowed,
        "expires_at": offer.expires_at,
        "issued_at": now,
    }


def _again(row: Voucher, *, offer: Offer, store: Store, is_live: bool, now: datetime) -> Voucher:
    """What was given stays as it was given; what was only set aside follows the offer."""
    if row.live_at is not None or row.revoked_at is not None:
        return row
    columns = _columns(offer=offer, store=store, now=now)
    for name, value in columns.items():
        setattr(row, name, value)
    row.live_at = now if is_live else None
    row.save(update_fields=[*columns, "live_at"])
    row.products.set(offer.products)
    if is_live:
        hand_over_vouchers(vouchers=[row], now=now)
    return row
