"""When marketing may be sent to somebody: the rule, without the database.

Sources: GDPR art. 7 and 21 (provable consent, withdrawal is absolute), ePrivacy art. 13(2) (soft
opt-in for own similar goods). Engineering defaults, not legal advice.
"""

from collections.abc import Sequence
from datetime import datetime

from engagement.preferences.models import Consent
from orders.ingest.snapshots import UNDATED

Basis = Consent.Basis
Statement = tuple[datetime, str, str]  # stated_at, basis, source

# A box at the checkout is often ticked before anybody sees it, and shop platforms repeat it with
# every order. It grants consent to who never refused; it does not bring back who said no.
CHECKOUT_SOURCES = ("shopify checkout", "woocommerce checkout")


def brings_back(*, source: str) -> bool:
    """Whether an explicit yes from this source outweighs an earlier no. An undated one may be older."""
    return source not in CHECKOUT_SOURCES and not source.endswith(UNDATED)


def spoken_word(statements: Sequence[Statement]) -> str | None:
    """The explicit yes or no in force; None where neither was ever said.

    In order of when it was said; of two said at the same moment, the no.
    """
    word: str | None = None
    for _, basis, source in sorted(statements, key=lambda one: (one[0], one[1] == Basis.NONE)):
        if basis == Basis.NONE:
            word = Basis.NONE
        elif basis == Basis.EXPLICIT and (word is None or brings_back(source=source)):
            word = Basis.EXPLICIT
    return word


def basis_in_force(
    *, statements: Sequence[Statement], has_bought: bool, soft_opt_in: bool
) -> Basis:
    """What marketing to this person rests on; `Basis.NONE` means that it may not be sent.

    An explicit yes or no holds until the next explicit word. A soft opt-in, stated by the shop's
    platform or implied by a purchase, holds only where the store has chosen to use it, for people
    who bought, and never once they have said no: only an explicit yes brings a person back.
    """
    word = spoken_word(statements)
    if word is not None:
        return Basis(word)
    if soft_opt_in and has_bought:
        return Basis.SOFT_OPT_IN
    return Basis.NONE
