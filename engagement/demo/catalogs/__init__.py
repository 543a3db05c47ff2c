from engagement.demo.catalogs.household import LIPA
from engagement.demo.catalogs.industrial import KOVINAR

SHOPS = (LIPA, KOVINAR)

__all__ = ["SHOPS"]
