"""What one customer buys in the year: when, what, how paid. The way of each order is `delivery.py`."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from engagement.demo.calendar import during
from engagement.demo.world import Goods, Line, Person, Purchase, Shop

PERSON_ORDERS = 1000  # serial numbers set aside for one customer's orders
ORDER_LINES = 10


def purchases_of(
    *, shop: Shop, person: Person, seed: int, starts_at: datetime, ends_at: datetime
) -> Iterator[Purchase]:
    """The orders of `person` as placed, oldest first."""
    dice = random.Random(f"{seed}:{shop.slug}:orders:{person.serial}")  # noqa: S311
    habits = shop.habits
    zone = str(shop.settings["time_zone"])
    is_box = dice.random() < habits.recurring
    opened = max(starts_at, person.account_at or starts_at)
    # The first five order early, so that the smallest demo shows the year's whole course.
    reach = 20 if person.serial <= 5 else habits.first_order_days
    moment = opened + timedelta(days=dice.uniform(1, reach))
    favourites = dice.choices(shop.goods, weights=[one.weight for one in shop.goods], k=4)
    for turn in range(PERSON_ORDERS):
        day = moment.astimezone(ZoneInfo(zone)).date()
        placed_at = during(day=day, opens=7.5, closes=22.5, zone=zone, dice=dice)
        if placed_at >= ends_at:
            return
        yield _purchase(
            shop=shop,
            person=person,
            serial=person.serial * PERSON_ORDERS + turn,
            goods=_basket(shop=shop, favourites=favourites, is_box=is_box, dice=dice),
            placed_at=placed_at,
            is_box=is_box,
            dice=dice,
        )
        if is_box:
            moment += timedelta(days=30)
            continue
        if dice.random() > habits.stays:
            return
        moment += timedelta(days=dice.uniform(*habits.rhythm_days))


def _basket(
    *, shop: Shop, favourites: list[Goods], is_box: bool, dice: random.Random
) -> list[Goods]:
    if is_box:
        return favourites[:2]
    wanted = dice.randint(*shop.habits.basket)
    # People come back for what they know, and try one new thing.
    known = dice.sample(favourites, k=min(wanted, len(favourites)))
    if wanted > 1:
        known[-1] = dice.choices(shop.goods, weights=[one.weight for one in shop.goods])[0]
    return list(dict.fromkeys(known))


def _purchase(
    *,
    shop: Shop,
    person: Person,
    serial: int,
    goods: list[Goods],
    placed_at: datetime,
    is_box: bool,
    dice: random.Random,
) -> Purchase:
    lines = tuple(
        Line(serial=serial * ORDER_LINES + place, goods=one, quantity=dice.choice((1, 1, 2)))
        for place, one in enumerate(goods, 1)
    )
    subtotal = sum(line.total_minor for line in lines)
    discount = subtotal // 10 if dice.random() < 0.12 else 0
    by_transfer = dice.random() < shop.habits.bank_transfer
    is_gift = not is_box and dice.random() < shop.habits.gifts
    return Purchase(
        serial=serial,
        number=f"{shop.slug[:2].upper()}{serial}",
        person=person,
        lines=lines,
        placed_at=placed_at,
        updated_at=placed_at,
        shipping_minor=0 if subtotal > shop.shipping_minor * 15 else shop.shipping_minor,
        discount_minor=discount,
        discount_code="VITEJTE10" if discount else "",
        payment_method="Bank transfer" if by_transfer else "Card",
        shipping_method="Pick-up point" if dice.random() < shop.habits.pickup else "Courier",
        promised_at=placed_at + timedelta(days=7),
        gift_for=_recipient(person=person, dice=dice) if is_gift else "",
        is_recurring=is_box,
    )


def _recipient(*, person: Person, dice: random.Random) -> str:
    return f"{dice.choice(['Marie', 'Karel', 'Olga', 'Emil'])} {person.last_name}"
