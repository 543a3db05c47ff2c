from core.ledger.models.lot import Lot
from core.ledger.models.movement import Entry, Movement
from core.ledger.models.purse import Account, Purse
from core.ledger.models.unit import Unit

__all__ = ["Account", "Entry", "Lot", "Movement", "Purse", "Unit"]
