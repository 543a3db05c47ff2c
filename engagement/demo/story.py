"""The whole year of one shop as a list of happenings, oldest first. Pure and seeded."""

from datetime import datetime, timedelta

from engagement.demo.delivery import way_of
from engagement.demo.people import people_of
from engagement.demo.shopping import purchases_of
from engagement.demo.world import AccountOpened, GoodsListed, Happening, MailRefused, Shop


def story_of(
    *, shop: Shop, customers: int, seed: int, starts_at: datetime, ends_at: datetime
) -> list[Happening]:
    """What the platform of `shop` tells between two moments about so many customers."""
    told: list[Happening] = [GoodsListed(at=starts_at, goods=goods) for goods in shop.goods]
    for person in people_of(
        shop=shop, count=customers, seed=seed, starts_at=starts_at, ends_at=ends_at
    ):
        if person.account_at:
            told_at = max(person.account_at, starts_at + timedelta(minutes=1))
            told.append(AccountOpened(at=told_at, person=person))
            if person.says_yes and person.says_no_at:
                told.append(MailRefused(at=person.says_no_at, person=person))
        for purchase in purchases_of(
            shop=shop, person=person, seed=seed, starts_at=starts_at, ends_at=ends_at
        ):
            told += way_of(shop=shop, purchase=purchase, seed=seed)
    # Stable: what happens in one minute keeps the order in which it was told.
    return sorted((one for one in told if one.at < ends_at), key=lambda one: one.at)
