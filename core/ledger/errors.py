"""What the ledger refuses. Each is typed, so that a caller can say it in its own words."""


class LedgerError(Exception):
    """Something that the ledger does not do. Nothing was written."""


class BadAmount(LedgerError, ValueError):
    """An amount is a whole number of the unit, above zero. Never a float."""


class NotEnough(LedgerError):
    """There is less to be spent than was asked for. `available` says how much there is."""

    def __init__(self, *, asked: int, available: int) -> None:
        super().__init__(f"Asked for {asked} where there are {available}.")
        self.asked = asked
        self.available = available


class KeyReused(LedgerError):
    """The same key with another wish: a bug of the caller, or two meanings of one key."""


class AlreadySettled(LedgerError):
    """What was set aside has been spent or let go already, by another movement."""


class AlreadyReversed(LedgerError):
    """Nothing of the movement is left to reverse, or less than was asked for."""


class NotReversible(LedgerError):
    """Only earnings are taken back, only what was spent is given back, only holds are settled."""
