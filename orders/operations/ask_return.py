"""A customer asks to send goods back."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.files import File
from django.db import IntegrityError, transaction

from orders.models import Order, Return, ReturnLine, ReturnPhoto, ReturnReason, ReturnUnit, Variant
from orders.operations.return_steps import tell
from orders.return_events import ReturnApproved, ReturnRequested
from orders.returns.case import Wanted
from orders.returns.offer import ReturnOffer, looks_of
from orders.returns.quote import Picked, Quote, outcomes_of, quote, reasons_by_key, ways_of
from orders.returns.read import offer_of, variants_for
from orders.returns.reasons import reasons_of

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that are taken for another
LONGEST_NOTE = 1000


class ReturnNotOffered(Exception):
    """It cannot be asked for. `reason` is a rule's word, or one of ``nothing_wanted``, ``quantity``,
    ``outcome``, ``way``, ``reason_needed``, ``photo_needed``, ``variant_needed``; `line_id` the line."""

    def __init__(self, reason: str, *, line_id: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line_id = line_id


def ask_return(
    *,
    order: Order,
    wanted: Sequence[Wanted],
    outcome: str,
    way: str,
    note: str = "",
    photos: Sequence[File] = (),
    once: str,
    now: datetime,
) -> Return:
    """Write the return down, and approve it where the shop's rules say so.

    The same form (`once`, at most 64 characters) sent twice answers the same return. The order's
    lock decides between two tabs, the key of each piece between anything else. Whoever hands over
    `photos` has looked at what they are. Raises `ReturnNotOffered`. Inside the store's scope; `now`
    is the store's time.
    """
    try:
        with transaction.atomic():
            locked = lock_for_return(order)
            known = Return.objects.filter(order=locked, once=once).first()
            if known is not None:
                return known
            offer = offer_of(order=locked, now=now)
            picked = pick(offer=offer, wanted=wanted, outcome=outcome)
            if outcome not in outcomes_of(picked):
                raise ReturnNotOffered("outcome")
            if way not in ways_of(picked):
                raise ReturnNotOffered("way")
            told = quote(picked=picked, outcome=outcome)
            if told.needs_photo and not photos:
                raise ReturnNotOffered("photo_needed")
            return _write(
                order=locked,
                picked=picked,
                told=told,
                way=way,
                note=note,
                photos=photos,
                once=once,
                now=now,
            )
    except IntegrityError as error:  # a rival who went round the order's lock has these pieces
        raise ReturnNotOffered("nothing_left") from error


def lock_for_return(order: Order) -> Order:
    """The order, locked, with what an offer asks of it."""
    row = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    row.store, row.customer = order.store, order.customer
    return row


def pick(*, offer: ReturnOffer, wanted: Sequence[Wanted], outcome: str) -> list[Picked]:
    """What is wanted, held against the offer. Up to three queries. Raises `ReturnNotOffered`."""
    if not wanted:
        raise ReturnNotOffered("nothing_wanted")
    if len({one.line_id for one in wanted}) < len(wanted):
        raise ReturnNotOffered("quantity")
    reasons = reasons_of(store_id=offer.order.store_id)
    return [_picked(offer=offer, one=one, outcome=outcome, reasons=reasons) for one in wanted]


def _picked(
    *, offer: ReturnOffer, one: Wanted, outcome: str, reasons: Sequence[ReturnReason]
) -> Picked:
    item = offer.item(one.line_id)
    if item is None:
        raise ReturnNotOffered("nothing_left", line_id=one.line_id)
    if item.verdict == "no":
        raise ReturnNotOffered(item.reason, line_id=one.line_id)
    numbers = item.pieces(one.quantity)
    if numbers is None:
        raise ReturnNotOffered("quantity", line_id=one.line_id)
    allowed = item.policy.reasons
    reason = reasons_by_key(reasons).get(one.reason_key)
    if reason is not None and allowed and reason.key not in allowed:
        reason = None
    if reason is None and (item.policy.asks_reason or one.reason_key):
        raise ReturnNotOffered("reason_needed", line_id=one.line_id)
    variant: Variant | None = None
    if outcome == Return.Outcome.EXCHANGE:
        choices = variants_for(line=item.line)
        variant = next((row for row in choices if row.pk == one.variant_id), None)
        if variant is None:
            raise ReturnNotOffered("variant_needed", line_id=one.line_id)
    return Picked(item=item, wanted=one, numbers=numbers, reason=reason, variant=variant)


def _write(
    *,
    order: Order,
    picked: Sequence[Picked],
    told: Quote,
    way: str,
    note: str,
    photos: Sequence[File],
    once: str,
    now: datetime,
) -> Return:
    policies = [one.item.policy for one in picked]
    because = looks_of(
        items=[(one.item, one.wanted) for one in picked],
        amount_minor=told.goods_minor,
        reasons={one.reason.key: one.reason for one in picked if one.reason is not None},
    )
    asked = Return(
        store_id=order.store_id,
        reference=new_reference(),
        once=once,
        order=order,
        customer_id=order.customer_id,
        outcome=told.outcome,
        way=way,
        shop_pays=told.shop_pays,
        note=note.strip()[:LONGEST_NOTE],
        looked_at_because=list(because),
        currency=order.currency,
        goods_minor=told.goods_minor,
        fee_minor=told.fee_minor,
        bonus_minor=told.bonus_minor,
        new_goods_minor=told.new_goods_minor,
        requested_at=now,
        answer_by=now + timedelta(days=min(one.answer_within_days for one in policies)),
    )
    if not because:
        asked.status, asked.answer_by, asked.decided_at = Return.Status.APPROVED, None, now
        asked.send_by = now + timedelta(days=min(one.send_within_days for one in policies))
    asked.save()
    write_lines(asked=asked, picked=picked)
    for photo in photos:
        ReturnPhoto.objects.create(store_id=asked.store_id, asked=asked, file=photo, added_at=now)
    ids = (order.pk, order.customer_id, asked.pk)
    tell(asked, ReturnRequested(*ids, is_looked_at=bool(because)), now=now)
    if not because:
        tell(asked, ReturnApproved(*ids, by_rules=True), now=now)
    return asked


def write_lines(*, asked: Return, picked: Sequence[Picked]) -> None:
    """The lines and their pieces; the key of a piece lets it come back once. Raises IntegrityError."""
    language = asked.order.store.default_language
    for one in picked:
        line = ReturnLine.objects.create(
            store_id=asked.store_id,
            asked=asked,
            order_line=one.item.line,
            policy_id=one.item.policy.pk,
            quantity=one.wanted.quantity,
            amount_minor=one.amount_minor,
            reason_key=one.reason.key if one.reason else "",
            reason_text=one.reason.text(language)[:200] if one.reason else "",
            words=one.wanted.words.strip()[:500],
            new_variant=one.variant,
            new_title=(one.variant.title or str(one.variant))[:300] if one.variant else "",
            new_price_minor=one.new_price_minor if one.variant else None,
        )
        ReturnUnit.objects.bulk_create(
            ReturnUnit(store_id=asked.store_id, line=line, order_line=one.item.line, number=number)
            for number in one.numbers
        )


def new_reference() -> str:
    """How people call a return: ``R-7K3MQ2XA``. A key of the store keeps it the only one."""
    return "R-" + "".join(secrets.choice(LETTERS) for _ in range(8))
