"""Whose purse it is. The ledger knows no shop: a kind and an id, both in words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Owner:
    """An owner of purses, such as ``Owner("customer", "812")``."""

    kind: str
    id: str

    def __post_init__(self) -> None:
        if not 0 < len(self.kind) <= 24 or not 0 < len(self.id) <= 64:
            raise ValueError("An owner is a kind of 1 to 24 letters and an id of 1 to 64.")
