"""What a return would bring, outcome by outcome, before the customer chooses. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from orders.credit import Bonus
from orders.models import Return, ReturnPolicy, ReturnReason, Variant
from orders.returns.case import Wanted
from orders.returns.offer import ItemRuling
from orders.returns.worth import size_of

Outcome = Return.Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """A line with what is wanted of it: the pieces, the reason chosen, the variant instead."""

    item: ItemRuling
    wanted: Wanted
    numbers: tuple[int, ...]
    reason: ReturnReason | None = None
    variant: Variant | None = None

    @property
    def amount_minor(self) -> int:
        return self.item.amount(self.numbers)

    @property
    def is_our_fault(self) -> bool:
        return self.reason is not None and self.reason.is_our_fault

    @property
    def new_price_minor(self) -> int:
        """What one piece of the new goods costs this customer: what they paid, and the difference
        between the two list prices. The price paid counts, where either is not known."""
        each = self.amount_minor // max(1, len(self.numbers))
        variant = self.variant
        same_money = self.item.case.order.currency == self.item.case.order.store.currency
        if variant is None or variant.price_minor is None or not same_money:
            return each
        listed = self.item.line.unit_price_minor
        return max(0, each + int((variant.price_minor - listed) * size_of(self.item.line)))

    @property
    def new_goods_minor(self) -> int:
        """What all of them cost; even exchanges cost what was paid, to the last cent."""
        each = self.amount_minor // max(1, len(self.numbers))
        return self.amount_minor + (self.new_price_minor - each) * len(self.numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Amounts in minor units of the order's currency. `back_minor`: what the customer gets, as money
    or as credit with its bonus; `to_pay_minor`: what they pay on top for dearer goods."""

    outcome: str
    currency: str
    goods_minor: int
    fee_minor: int
    bonus_minor: int
    new_goods_minor: int
    to_pay_minor: int
    back_minor: int
    shop_pays: bool
    needs_photo: bool


def quote(*, picked: Sequence[Picked], outcome: str) -> Quote:
    """What these lines bring with this outcome. A fee is never taken where all of it is our fault."""
    order = picked[0].item.case.order
    goods = sum(one.amount_minor for one in picked)
    fee = min(goods, _fee(picked, outcome=outcome))
    kept = goods - fee
    new = sum(one.new_goods_minor for one in picked) if outcome == Outcome.EXCHANGE else 0
    bonus = _bonus(picked, outcome=outcome, kept=kept) if goods else 0
    if outcome == Outcome.EXCHANGE:
        bonus = min(bonus, max(0, new - kept))  # it makes new goods cheaper, and is never paid out
    back = kept + bonus if outcome == Outcome.CREDIT else max(0, kept - new)
    return Quote(
        outcome=outcome,
        currency=order.currency,
        goods_minor=goods,
        fee_minor=fee,
        bonus_minor=bonus,
        new_goods_minor=new,
        to_pay_minor=max(0, new - kept - bonus) if outcome == Outcome.EXCHANGE else 0,
        back_minor=back,
        shop_pays=all(_shop_pays(one) for one in picked),
        needs_photo=any(_needs_photo(one) for one in picked),
    )


def quotes(*, picked: Sequence[Picked]) -> list[Quote]:
    """One quote for each outcome that all of these lines offer, what keeps the sale first."""
    return [quote(picked=picked, outcome=outcome) for outcome in outcomes_of(picked)]


def outcomes_of(picked: Sequence[Picked]) -> tuple[str, ...]:
    """What all of these lines offer; a refund where they have nothing in common."""
    first = picked[0].item.policy.outcomes
    return tuple(
        one for one in first if all(one in other.item.policy.outcomes for other in picked)
    ) or (Outcome.REFUND.value,)


def ways_of(picked: Sequence[Picked]) -> tuple[str, ...]:
    """How all of these lines may come back; in the customer's own parcel where they differ."""
    first = picked[0].item.policy.ways
    return tuple(
        one for one in first if all(one in other.item.policy.ways for other in picked)
    ) or (Return.Way.OWN_PARCEL.value,)


def reasons_by_key(reasons: Sequence[ReturnReason]) -> Mapping[str, ReturnReason]:
    return {reason.key: reason for reason in reasons}


def _flat(one: Picked, amount_minor: int) -> int:
    """A flat amount of a policy is in the store's currency; we convert nothing."""
    order = one.item.case.order
    return amount_minor if order.currency == order.store.currency else 0


def _fee(picked: Sequence[Picked], *, outcome: str) -> int:
    fees = [
        _flat(one, one.item.policy.fee_minor)
        for one in picked
        if not one.is_our_fault
        and (outcome == Outcome.REFUND or not one.item.policy.fee_on_refund_only)
    ]
    return max(fees, default=0)


def _bonus(picked: Sequence[Picked], *, outcome: str, kept: int) -> int:
    """The shares line by line, and the highest flat amount once. Nothing on what the fee takes."""
    if outcome == Outcome.REFUND:
        return 0
    shares, flat, left = 0, 0, kept
    for one in picked:
        policy = one.item.policy
        is_credit = outcome == Outcome.CREDIT
        percent: Decimal = (
            policy.credit_bonus_percent if is_credit else policy.exchange_bonus_percent
        )
        fixed = policy.credit_bonus_minor if is_credit else policy.exchange_bonus_minor
        counted = min(one.amount_minor, left)
        left -= counted
        shares += Bonus(percent=percent).on(counted)
        flat = max(flat, _flat(one, fixed))
    return shares + flat


def _shop_pays(one: Picked) -> bool:
    pays = one.item.policy.pays
    return pays == ReturnPolicy.Pays.SHOP or (pays == ReturnPolicy.Pays.FAULT and one.is_our_fault)


def _needs_photo(one: Picked) -> bool:
    photo = one.item.policy.photo
    return photo == ReturnPolicy.Photo.ALWAYS or (
        photo == ReturnPolicy.Photo.FAULT and one.is_our_fault
    )
