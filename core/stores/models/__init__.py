from core.stores.models.membership import Membership
from core.stores.models.store import Store
from core.stores.models.user import User

__all__ = ["Membership", "Store", "User"]
