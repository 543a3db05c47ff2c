"""When marketing may be sent to somebody: the rule, without the database.

Sources: GDPR art. 7 and 21 (provable consent, withdrawal is absolute), ePrivacy art. 13(2) (soft
opt-in for own similar goods). Engineering defaults, not legal advice.
"""

from collections.abc import Sequence
from datetime import datetime

from engagement.preferences.models import Consent

Basis = Consent.Basis
Statement = tuple[datetime, str]  # stated_at, basis


def newest(statements: Sequence[Statement]) -> str | None:
    """The basis of the newest statement; of two made at the same moment, the no."""
    if not statements:
        return None
    return max(statements, key=lambda one: (one[0], one[1] == Basis.NONE))[1]


def basis_in_force(
    *, statements: Sequence[Statement], has_bought: bool, soft_opt_in: bool
) -> Basis:
    """What marketing to this person rests on; `Basis.NONE` means that it may not be sent.

    An explicit yes or no holds until the next explicit word. A soft opt-in, stated by the shop's
    platform or implied by a purchase, holds only where the store has chosen to use it, for people
    who bought, and never once they have said no: only an explicit yes brings a person back.
    """
    latest = newest(statements)
    if latest == Basis.EXPLICIT:
        return Basis.EXPLICIT
    refused = newest([one for one in statements if one[1] != Basis.SOFT_OPT_IN])
    if refused == Basis.EXPLICIT:  # an explicit yes is not weakened by a later implied one
        return Basis.EXPLICIT
    if refused == Basis.NONE:
        return Basis.NONE
    if soft_opt_in and has_bought:
        return Basis.SOFT_OPT_IN
    return Basis.NONE
