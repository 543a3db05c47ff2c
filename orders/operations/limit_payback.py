"""Never more back than was paid: the one place where what we give for an order is counted."""

from django.db import IntegrityError, transaction
from django.db.models import F

from core.money import money_text
from orders.models import Order, Payback, PaybackLimit, Refund
from orders.operations.return_steps import TooLate
from orders.policies import PAID


class MoreThanPaid(TooLate):
    """The order has less left to give back than was asked for: `left_minor`."""

    def __init__(self, *, left_minor: int, currency: str) -> None:
        amount = money_text(minor=left_minor, currency=currency, language="en")
        super().__init__(f"Only {amount} of what was paid for this order is left to give back.")
        self.left_minor = left_minor


def paid_for(order: Order) -> int:
    """What we know to have been paid, in minor units; nothing where nobody told us of a payment."""
    return order.total_minor if order.payment_status in PAID else 0


def given_elsewhere(order: Order) -> int:
    """What the shop gave back without us, in minor units: refunds that stand beyond our own."""
    ours = dict(
        Payback.objects.filter(order=order, refund__isnull=False, is_ours=True).values_list(
            "refund_id", "amount_minor"
        )
    )
    rows = Refund.objects.filter(order=order, deleted_at__isnull=True)
    return sum(
        max(0, amount - ours.get(pk, 0)) for pk, amount in rows.values_list("pk", "amount_minor")
    )


def left_to_give(order: Order) -> int:
    """How much of the order may still be given back, in minor units. Three queries."""
    row = PaybackLimit.objects.filter(order=order).first()
    ours = row.ours_minor if row is not None else 0
    return max(0, paid_for(order) - given_elsewhere(order) - ours)


def reserve(*, order: Order, amount_minor: int) -> None:
    """Count `amount_minor` (0 or more) against the order. The database refuses what would be too much,
    whoever asks at the same time. Inside a transaction that has locked the order. Raises
    `MoreThanPaid`."""
    PaybackLimit.objects.insert_new(
        [PaybackLimit(store_id=order.store_id, order=order, paid_minor=paid_for(order))]
    )
    row = PaybackLimit.objects.select_for_update(of=("self",)).get(order=order)
    paid, elsewhere = paid_for(order), given_elsewhere(order)
    left = max(0, paid - elsewhere - row.ours_minor)
    if amount_minor > left:
        raise MoreThanPaid(left_minor=left, currency=order.currency)
    try:
        with transaction.atomic():
            PaybackLimit.objects.filter(pk=row.pk).update(
                paid_minor=max(paid, row.ours_minor),
                elsewhere_minor=min(elsewhere, max(0, paid - row.ours_minor)),
                ours_minor=F("ours_minor") + amount_minor,
            )
    except IntegrityError as error:
        raise MoreThanPaid(left_minor=left, currency=order.currency) from error


def release(*, order: Order, amount_minor: int) -> None:
    """What was counted was not given after all. Inside a transaction that has locked the order."""
    PaybackLimit.objects.filter(order=order).update(ours_minor=F("ours_minor") - amount_minor)
