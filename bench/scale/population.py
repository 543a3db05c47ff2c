"""How many of everything, and what is the same in every size: what is due."""

from dataclasses import dataclass

SMALL_STORES = 20
# Due now in the big store, in every size: the cost of finding them may not depend on the rest.
DUE_MESSAGES = 500
DUE_BIRTHDAYS = 1_000
DUE_ANNIVERSARIES = 1_000
DUE_DELAYS = 500


@dataclass(frozen=True, slots=True)
class Population:
    """One size of the shop. Four fifths belong to one big store, the rest to twenty small ones."""

    name: str
    customers: int
    orders: int
    messages: int

    @property
    def products(self) -> int:
        return 2_000

    @property
    def notices(self) -> int:
        return self.orders // 5


FULL = Population("full", customers=1_000_000, orders=3_000_000, messages=3_000_000)
TENTH = Population("tenth", customers=100_000, orders=300_000, messages=300_000)
SMALL = Population("small", customers=10_000, orders=30_000, messages=30_000)
SIZES = {size.name: size for size in (FULL, TENTH, SMALL)}
