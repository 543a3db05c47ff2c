"""Which orders used which vouchers: read back from the orders' own discount codes."""

from collections.abc import Collection, Iterable, Mapping

from orders.models import Order, Redemption, Voucher
from orders.voucher_codes import code_key


def codes_of(order: Order) -> dict[str, int]:
    """The codes an order was placed with, as compared, with what each took off."""
    found: dict[str, int] = {}
    for row in order.discounts:
        if key := code_key(str(row.get("code", ""))):
            found[key] = found.get(key, 0) + int(row.get("amount_minor") or 0)
    return found


def settle_vouchers(*, orders: Collection[Order], had_codes: bool = True) -> None:
    """Make the redemptions of these orders what the orders say now.

    Derived, never added up, so that any order of arrival and any number of repeats end the same: an
    order that stands and was told uses its codes; one that is canceled, deleted or a test gives them
    back. `had_codes` False says that the orders had none before. At most four statements, none
    where no order has a code.
    """
    used = {order.pk: codes_of(order) if _counts(order) else {} for order in orders}
    codes = {key for its in used.values() for key in its}
    if not codes and not had_codes:
        return
    vouchers = dict(
        Voucher.objects.filter(code_key__in=codes, live_at__isnull=False).values_list(
            "code_key", "pk"
        )
        if codes
        else ()
    )
    wanted = list(_wanted(orders=orders, used=used, vouchers=vouchers))
    if had_codes:
        _give_back(orders=orders, wanted=wanted)
    if wanted:
        Redemption.objects.bulk_create(
            wanted,
            update_conflicts=True,
            unique_fields=["voucher", "order"],
            update_fields=["amount_minor"],
        )


def _counts(order: Order) -> bool:
    return order.is_standing and not order.is_test and order.source_updated_at is not None


def _wanted(
    *, orders: Iterable[Order], used: Mapping[int, Mapping[str, int]], vouchers: Mapping[str, int]
) -> Iterable[Redemption]:
    for order in orders:
        for key, amount in used[order.pk].items():
            if key in vouchers:
                yield Redemption(
                    store_id=order.store_id,
                    voucher_id=vouchers[key],
                    order_id=order.pk,
                    amount_minor=amount,
                    redeemed_at=order.placed_at,
                )


def _give_back(*, orders: Collection[Order], wanted: Collection[Redemption]) -> None:
    keep = {(row.voucher_id, row.order_id) for row in wanted}
    there = Redemption.objects.filter(order_id__in=[order.pk for order in orders])
    gone = [
        pk
        for pk, voucher_id, order_id in there.values_list("pk", "voucher_id", "order_id")
        if (voucher_id, order_id) not in keep
    ]
    if gone:
        Redemption.objects.filter(pk__in=gone).delete()
