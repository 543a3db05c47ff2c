"""What each piece of an order was worth to its buyer; all together, what was paid. Pure."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from orders.models import Order, OrderLine


def pieces_of(line: OrderLine) -> int:
    """How many pieces a line has. A quantity that is no whole number is one piece."""
    if line.quantity <= 0:
        return 0
    return int(line.quantity) if line.quantity == line.quantity.to_integral_value() else 1


def size_of(line: OrderLine) -> Decimal:
    """The quantity of one piece."""
    return Decimal(1) if line.quantity == line.quantity.to_integral_value() else line.quantity


def goods_paid(*, order: Order, lines: Sequence[OrderLine]) -> int:
    """What was paid for the goods: the total without delivery, never more than their lines and tax."""
    billed = sum(line.total_minor for line in lines)
    most = billed if order.taxes_included else billed + order.tax_minor
    return max(0, min(order.total_minor - order.shipping_minor, most))


def worth_of_lines(*, order: Order, lines: Sequence[OrderLine]) -> dict[int, int]:
    """Each line's share of what was paid for the goods, by its row number; the shares add up.

    An order-wide discount is spread over the lines by what they cost.
    """
    paid = goods_paid(order=order, lines=lines)
    billed = sum(max(0, line.total_minor) for line in lines)
    shares: dict[int, int] = {}
    so_far = given = 0
    for line in lines:
        so_far += max(0, line.total_minor)
        upto = _part(paid, so_far, billed)
        shares[line.pk] = upto - given
        given = upto
    return shares


def worth_of_pieces(*, worth: int, pieces: int, numbers: Iterable[int]) -> int:
    """What these pieces (from 1) of a line are worth; all of them together are the line's worth."""
    return sum(_part(worth, n, pieces) - _part(worth, n - 1, pieces) for n in numbers)


def _part(whole: int, part: int, of: int) -> int:
    """``whole × part / of`` in whole minor units, halves up; monotonous, so that shares add up."""
    if of <= 0:
        return 0
    return int((Decimal(whole) * part / of).quantize(Decimal(1), ROUND_HALF_UP))
