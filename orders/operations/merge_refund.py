"""Money given back, refund by refund, each by its own id."""

from collections.abc import Sequence
from decimal import Decimal

from orders.ingest.snapshots import OrderSnapshot, RefundSnapshot
from orders.models import Order, OrderLine, Refund
from orders.operations.fit_row import fingerprint, fit, identity, plain, quantity
from orders.operations.refund_sums import is_sum, settle_sums, take_sum
from orders.parts import refunds_of
from orders.policies import earliest

# WooCommerce says that a refund was deleted and does not say which one it was. A row with this id, which
# no source can give one, remembers in `lines` which refunds stood at `deleted_at`; all older others are
# gone.
GONE = ""


def merge_refund(*, order: Order, refund: RefundSnapshot) -> None:
    """Keep the refund. Told in several ways, the fullest counts; deleted once is deleted for good."""
    if refund.deleted and refund.external_id == GONE:
        return  # `take_back_missing` finds out which
    external_id = identity(refund.external_id, of="refund")
    row = Refund.objects.filter(order=order, external_id=external_id).first()
    row = row or new_refund(order=order, refund=refund)
    take_refund(order=order, refund=refund, row=row)
    row.save()


def new_refund(*, order: Order, refund: RefundSnapshot) -> Refund:
    """An empty row for it, not saved. Raises `Unreadable` for a refund without an id."""
    return Refund(
        store_id=order.store_id,
        order=order,
        external_id=identity(refund.external_id, of="refund"),
        amount_minor=0,
        happened_at=refund.happened_at,
    )


def take_refund(*, order: Order, refund: RefundSnapshot, row: Refund) -> None:
    """Take a statement into its `row`: the fullest counts. Does not save."""
    if is_sum(row.external_id):
        take_sum(order=order, refund=refund, row=row)
        return
    lines = [
        {
            "line_external_id": line,
            "quantity": plain(quantity(amount)),
            "amount_minor": money.minor,
        }
        for line, amount, money in sorted(refund.lines, key=repr)
    ]
    reason = refund.reason.replace("\x00", "")[:300]
    told = (abs(refund.amount.minor), lines, reason)
    if row.pk is None or _fullness(*told) > _fullness(row.amount_minor, row.lines, row.reason):
        row.amount_minor, row.lines, row.reason = told
    row.currency = order.currency
    row.happened_at = earliest(row.happened_at, refund.happened_at) or refund.happened_at
    if refund.deleted:
        row.deleted_at = earliest(row.deleted_at, refund.happened_at)
    fit(row)


def _fullness(amount: int, lines: list[dict[str, object]], reason: str) -> tuple[object, ...]:
    return (len(lines), amount, fingerprint([lines, reason]))


def take_back_missing(*, order: Order, snapshot: OrderSnapshot) -> None:
    """Remember which refunds still stood where the source says that one was deleted."""
    if not any(refund.deleted and refund.external_id == GONE for refund in snapshot.refunds):
        return
    standing = sorted({r.external_id for r in snapshot.refunds if not r.deleted})
    row = Refund.objects.filter(order=order, external_id=GONE).first()
    if row is None:
        row = Refund(
            store_id=order.store_id,
            order=order,
            external_id=GONE,
            amount_minor=0,
            currency=order.currency,
            happened_at=snapshot.updated_at,
        )
    elif row.deleted_at is not None and (row.deleted_at, row.lines) >= (
        snapshot.updated_at,
        standing,
    ):
        return
    row.deleted_at, row.lines = snapshot.updated_at, standing
    row.happened_at = snapshot.updated_at
    row.save()


def settle_refunds(*, order: Order, lines: Sequence[OrderLine]) -> list[Refund]:
    """Total and quantities given back, recomputed from the refunds that stand; those are returned."""
    refunds = refunds_of(order)
    mark = next((row for row in refunds if row.external_id == GONE), None)
    marked_at = mark.deleted_at if mark is not None else None
    for row in refunds:
        if (
            mark is None
            or marked_at is None
            or row is mark
            or row.deleted_at
            or row.external_id in mark.lines
        ):
            continue
        if row.happened_at <= marked_at:
            row.deleted_at = marked_at
            row.save(update_fields=["deleted_at"])
    for row in settle_sums(refunds=refunds, marked_at=marked_at):
        row.save(update_fields=["amount_minor", "deleted_at"])
    standing = [row for row in refunds if row.deleted_at is None]
    for row in standing:
        if row.currency != order.currency:
            row.currency = order.currency
            row.save(update_fields=["currency"])
    for line in give_back(order=order, refunds=standing, lines=lines):
        line.save(update_fields=["refunded_quantity"])
    return standing


def give_back(
    *, order: Order, refunds: Sequence[Refund], lines: Sequence[OrderLine]
) -> list[OrderLine]:
    """What the standing `refunds` amount to, on the order and line by line; the lines that changed.

    Saves nothing.
    """
    order.refunded_minor = sum(row.amount_minor for row in refunds)
    back: dict[str, Decimal] = {}
    for row in refunds:
        for part in row.lines:
            name = part["line_external_id"]
            back[name] = back.get(name, Decimal(0)) + Decimal(part["quantity"])
    changed = []
    for line in lines:
        returned = min(back.get(line.external_id, Decimal(0)), max(line.quantity, Decimal(0)))
        if line.refunded_quantity != returned:
            line.refunded_quantity = returned
            changed.append(line)
    return changed
