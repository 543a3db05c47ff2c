"""The way of one order: paid, packed, carried, late, missed, collected, given back. Pure and seeded."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from engagement.demo.calendar import days_later, during
from engagement.demo.world import (
    Happening,
    MoneyBack,
    MoneyReturned,
    Parcel,
    ParcelNews,
    ParcelSent,
    Purchase,
    PurchaseNews,
    Shop,
)


def way_of(*, shop: Shop, purchase: Purchase, seed: int) -> list[Happening]:
    """Everything that happens to `purchase`, oldest first, whether or not the year is long enough."""
    dice = random.Random(f"{seed}:{shop.slug}:way:{purchase.serial}")  # noqa: S311
    told: list[Happening] = [PurchaseNews(at=purchase.placed_at, kind="placed", purchase=purchase)]
    purchase = _pay(purchase=purchase, told=told, dice=dice)
    if dice.random() < shop.habits.canceled:
        _cancel(purchase=purchase, told=told, dice=dice)
        return told
    if dice.random() < shop.habits.changed:
        purchase = _change(purchase=purchase, told=told, dice=dice)
    arrived_at: datetime | None = None
    for share in _shares(shop=shop, purchase=purchase, dice=dice):
        purchase, came = _carry(shop=shop, purchase=purchase, share=share, told=told, dice=dice)
        arrived_at = came and max(came, arrived_at or came)
    if arrived_at and dice.random() < shop.habits.refunded:
        _give_back(purchase=purchase, at=arrived_at, told=told, dice=dice)
    return sorted(told, key=lambda one: one.at)


def _pay(*, purchase: Purchase, told: list[Happening], dice: random.Random) -> Purchase:
    """A card is charged within minutes; a transfer takes a day or two."""
    pause = timedelta(minutes=dice.randint(1, 4))
    if purchase.payment_method == "Bank transfer":
        pause = timedelta(hours=dice.randint(10, 44))
    at = purchase.placed_at + pause
    paid = replace(purchase, payment="paid", paid_at=at, updated_at=at)
    told.append(PurchaseNews(at=at, kind="paid", purchase=paid))
    return paid


def _cancel(*, purchase: Purchase, told: list[Happening], dice: random.Random) -> None:
    at = purchase.updated_at + timedelta(hours=dice.uniform(0.5, 8))
    refund = MoneyBack(
        serial=purchase.serial * 10 + 1,
        lines=purchase.lines,
        amount_minor=purchase.total_minor,
        at=at + timedelta(minutes=20),
        reason="Order canceled",
    )
    canceled = replace(
        purchase,
        canceled_at=at,
        updated_at=at,
        cancel_reason=dice.choice(["customer", "customer", "inventory"]),
    )
    told.append(PurchaseNews(at=at, kind="canceled", purchase=canceled))
    refunded = replace(canceled, payment="refunded", refunds=(refund,), updated_at=refund.at)
    told.append(MoneyReturned(at=refund.at, purchase=refunded, refund=refund))


def _change(*, purchase: Purchase, told: list[Happening], dice: random.Random) -> Purchase:
    """The shop adds one piece of the first thing, as the customer asked on the phone."""
    at = purchase.updated_at + timedelta(minutes=dice.randint(30, 200))
    first = replace(purchase.lines[0], quantity=purchase.lines[0].quantity + 1)
    changed = replace(purchase, lines=(first, *purchase.lines[1:]), updated_at=at)
    told.append(PurchaseNews(at=at, kind="changed", purchase=changed))
    return changed


def _shares(*, shop: Shop, purchase: Purchase, dice: random.Random) -> list[tuple[int, int]]:
    """Which lines go into which parcel, as slices."""
    if len(purchase.lines) > 1 and dice.random() < shop.habits.two_parcels:
        return [(0, 1), (1, len(purchase.lines))]
    return [(0, len(purchase.lines))]


def _carry(
    *,
    shop: Shop,
    purchase: Purchase,
    share: tuple[int, int],
    told: list[Happening],
    dice: random.Random,
) -> tuple[Purchase, datetime | None]:
    """One parcel from the counter to the door; when it arrived, or None when it went back."""
    zone = str(shop.settings["time_zone"])
    # Nothing leaves before it is paid and, if the shop changed it, before that.
    ready = purchase.updated_at
    wait = dice.choice((0, 1, 1, 2)) + (2 if share[0] else 0)
    leaves = days_later(ready, wait, zone=zone)
    sent_at = max(
        during(day=leaves, opens=10, closes=16, zone=zone, dice=dice), ready + timedelta(minutes=40)
    )
    carrier, prefix = dice.choice(shop.carriers)
    transit = dice.randint(1, 3)
    parcel = Parcel(
        serial=purchase.serial * 10 + share[0] + 1,
        carrier=carrier,
        tracking_number=f"{prefix}{purchase.serial:08d}{share[0]}",
        lines=purchase.lines[slice(*share)],
        sent_at=sent_at,
        updated_at=sent_at,
        estimated_at=sent_at + timedelta(days=transit + 1),
        pickup_place=f"{carrier} · {purchase.person.city}"
        if purchase.shipping_method == "Pick-up point"
        else "",
    )
    purchase = replace(purchase, parcels=(*purchase.parcels, parcel), updated_at=sent_at)
    told.append(ParcelSent(at=sent_at, purchase=purchase, parcel=parcel))
    is_slow = dice.random() < shop.habits.slow
    days = transit + (dice.randint(7, 10) if is_slow else 0)
    came = None
    for at, kind in _checkpoints(
        shop=shop, parcel=parcel, days=days, is_slow=is_slow, zone=zone, dice=dice
    ):
        if kind == "delivered":
            came = at
        parcel = replace(
            parcel,
            updated_at=at,
            status=parcel.status if kind == "in_transit" else kind,
            delivered_at=came,
        )
        told.append(
            ParcelNews(
                at=at, purchase=purchase, parcel=parcel, kind=kind, place=purchase.person.city
            )
        )
    return replace(purchase, parcels=(*purchase.parcels[:-1], parcel)), came


def _checkpoints(
    *, shop: Shop, parcel: Parcel, days: int, is_slow: bool, zone: str, dice: random.Random
) -> Iterator[tuple[datetime, str]]:
    """What the carrier says. A slow parcel falls silent for a week."""
    if dice.random() < 0.4 or is_slow:  # most carriers say nothing between counter and round
        yield parcel.sent_at + timedelta(hours=dice.uniform(3, 8)), "in_transit"
    door = days_later(parcel.sent_at, days, zone=zone)
    if door <= parcel.sent_at.date():
        door = days_later(parcel.sent_at, days + 1, zone=zone)
    if parcel.pickup_place:
        at = during(day=door, opens=8, closes=12, zone=zone, dice=dice)
        yield at, "ready_for_pickup"
        if shop.voice == "generic" or dice.random() < 0.95:
            collected = days_later(at, dice.randint(1, 5), zone=zone)
            yield during(day=collected, opens=9, closes=19, zone=zone, dice=dice), "delivered"
        else:
            yield at + timedelta(days=6), "returning"
        return
    if dice.random() < shop.habits.missed:
        yield during(day=door, opens=7, closes=9, zone=zone, dice=dice), "out_for_delivery"
        missed = during(day=door, opens=11, closes=16, zone=zone, dice=dice)
        yield missed, "delivery_failed"
        door = days_later(missed, 1, zone=zone)
    yield during(day=door, opens=7, closes=9, zone=zone, dice=dice), "out_for_delivery"
    yield during(day=door, opens=10, closes=18, zone=zone, dice=dice), "delivered"


def _give_back(
    *, purchase: Purchase, at: datetime, told: list[Happening], dice: random.Random
) -> None:
    """Some weeks later one thing, or all of it, is paid back."""
    lines = purchase.lines if dice.random() < 0.3 else purchase.lines[:1]
    refund = MoneyBack(
        serial=purchase.serial * 10 + 2,
        lines=lines,
        amount_minor=min(sum(line.total_minor for line in lines), purchase.total_minor),
        at=at + timedelta(days=dice.uniform(3, 18)),
        reason=dice.choice(["Did not suit", "Damaged", "Changed their mind"]),
    )
    whole = refund.amount_minor >= purchase.subtotal_minor - purchase.discount_minor
    refunded = replace(
        purchase,
        payment="refunded" if whole else "partially_refunded",
        refunds=(refund,),
        updated_at=refund.at,
    )
    told.append(MoneyReturned(at=refund.at, purchase=refunded, refund=refund))
