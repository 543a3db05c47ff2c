"""A buyer withdraws from the contract: the law's own return, without a reason (2011/83/EU, art. 9–16)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from orders.models import Order, Return
from orders.operations.ask_return import (
    ReturnNotOffered,
    lock_for_return,
    new_reference,
    write_lines,
)
from orders.operations.return_steps import tell
from orders.return_events import ReturnWithdrawn
from orders.returns.case import Wanted
from orders.returns.countries import REFUND_DAYS
from orders.returns.offer import ReturnOffer
from orders.returns.quote import Picked, ways_of
from orders.returns.read import offer_of
from orders.returns.worth import pieces_of

SEND_WITHIN = timedelta(days=14)  # art. 14(1)


def withdraw_order(
    *,
    order: Order,
    wanted: Sequence[Wanted] | None = None,
    name: str,
    email: str,
    once: str,
    now: datetime,
) -> Return:
    """Write the withdrawal down, for everything (None) or for the lines `wanted`.

    It stands from this moment: nobody has to agree, no reason is asked, no fee is taken, and the
    ordinary delivery goes back where all of the order does (art. 13). `name` and `email` are what
    the buyer declared with it. The same form (`once`) sent twice answers the same withdrawal. Raises
    `ReturnNotOffered`. Inside the store's scope; `now` is the store's time.
    """
    try:
        with transaction.atomic():
            locked = lock_for_return(order)
            known = Return.objects.filter(order=locked, once=once).first()
            if known is not None:
                return known
            offer = offer_of(order=locked, now=now)
            if offer.withdrawal.reason:
                raise ReturnNotOffered(offer.withdrawal.reason)
            picked = _picked(offer=offer, wanted=wanted)
            asked = Return(
                store_id=locked.store_id,
                reference=new_reference(),
                once=once,
                order=locked,
                customer_id=locked.customer_id,
                kind=Return.Kind.WITHDRAWAL,
                outcome=Return.Outcome.REFUND,
                status=Return.Status.APPROVED,
                way=ways_of(picked)[-1],
                shop_pays=all(one.item.policy.pays == "shop" for one in picked),
                declared_name=name.strip()[:200],
                declared_email=email.strip()[:254],
                currency=locked.currency,
                goods_minor=sum(one.amount_minor for one in picked),
                shipping_minor=locked.shipping_minor if _is_all(offer, picked) else 0,
                requested_at=now,
                decided_at=now,
                send_by=now + SEND_WITHIN,
                pay_by=now + timedelta(days=REFUND_DAYS),
            )
            asked.save()
            write_lines(asked=asked, picked=picked)
            tell(asked, ReturnWithdrawn(locked.pk, locked.customer_id, asked.pk), now=now)
            return asked
    except IntegrityError as error:  # a rival who went round the order's lock has these pieces
        raise ReturnNotOffered("nothing_left") from error


def _picked(*, offer: ReturnOffer, wanted: Sequence[Wanted] | None) -> list[Picked]:
    covered = {item.line.pk: item for item in offer.withdrawal.items}
    if wanted is None:
        wanted = [
            Wanted(line_id=pk, quantity=item.quantity_of(item.free)) for pk, item in covered.items()
        ]
    if not wanted:
        raise ReturnNotOffered("nothing_wanted")
    if len({one.line_id for one in wanted}) < len(wanted):
        raise ReturnNotOffered("quantity")
    picked = []
    for one in wanted:
        item = covered.get(one.line_id)
        if item is None:
            raise ReturnNotOffered("nothing_left", line_id=one.line_id)
        numbers = item.pieces(one.quantity)
        if numbers is None:
            raise ReturnNotOffered("quantity", line_id=one.line_id)
        picked.append(Picked(item=item, wanted=one, numbers=numbers))
    return picked


def _is_all(offer: ReturnOffer, picked: Sequence[Picked]) -> bool:
    """Whether nothing of the order stays with the buyer: then delivery goes back as well."""
    counts = {one.item.line.pk: len(one.numbers) for one in picked}
    return all(
        counts.get(item.line.pk, 0) == pieces_of(item.line)
        for item in offer.items
        if pieces_of(item.line)
    )
