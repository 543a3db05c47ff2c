"""When marketing may be sent to somebody, and with what: the rule, without the database.

Sources: GDPR art. 7 and 21 (provable consent, withdrawal is absolute), and what `laws` names.
Engineering defaults, not legal advice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from core.stores.models import Store
from engagement.preferences.laws import EVERY_TOPIC, SOFT_OPT_IN, Law
from engagement.preferences.models import Consent
from engagement.preferences.topics import MARKETING, TRACKING
from orders.ingest.snapshots import UNDATED

Basis = Consent.Basis


class Statement(NamedTuple):
    """What somebody said, or what stands for it, and about which purpose."""

    stated_at: datetime
    basis: str
    source: str
    purpose: str = MARKETING


# A box at the checkout is often ticked before anybody sees it, and shop platforms repeat it with
# every order. It grants consent to who never refused; it does not bring back who said no.
CHECKOUT_SOURCES = ("shopify checkout", "woocommerce checkout")


def brings_back(*, source: str) -> bool:
    """Whether an explicit yes from this source outweighs an earlier no. An undated one may be older."""
    place = source.rpartition("@")[2]
    return place not in CHECKOUT_SOURCES and not place.endswith(UNDATED)


def word_about(statements: Iterable[Statement], purpose: str = MARKETING) -> Statement | None:
    """The explicit yes or no in force about this very purpose; None where neither was ever said.

    In order of when it was said; of two said at the same moment, the no.
    """
    word: Statement | None = None
    about = (one for one in statements if one.purpose == purpose)
    for one in sorted(about, key=lambda one: (one.stated_at, one.basis == Basis.NONE)):
        if one.basis == Basis.NONE or (
            one.basis == Basis.EXPLICIT
            and (word is None or word.basis != Basis.NONE or brings_back(source=one.source))
        ):
            word = one
    return word


def spoken_word(statements: Iterable[Statement]) -> str | None:
    """What was said about all marketing: `word_about` as its basis alone."""
    word = word_about(statements)
    return word.basis if word else None


def must_confirm(*, store: Store, law: Law) -> bool:
    """Whether a yes given elsewhere counts only once the owner of the mailbox has confirmed it."""
    if store.double_opt_in == "by_law":
        return law.double_opt_in
    return store.double_opt_in == "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Everything that decides whether somebody gets marketing.

    `bought_at` is their latest purchase where its time is known.
    """

    statements: Sequence[Statement] = ()
    has_bought: bool = False
    bought_at: datetime | None = None
    law: Law = SOFT_OPT_IN
    soft_opt_in: bool = False
    paused_until: datetime | None = None
    wants_fewer: bool = False

    def basis(self, topic: str = MARKETING, *, now: datetime) -> Basis:
        """What mail on `topic` rests on at `now`; `Basis.NONE` means that it may not be sent.

        A word on the topic itself counts before a word on all marketing, with one exception: a later
        no to everything ends every yes. A no to a topic holds until a yes to that topic. Without any
        word a purchase or an inquiry may stand for one, as far as the law goes and the store chose.
        """
        everything = word_about(self.statements)
        own = word_about(self.statements, topic) if topic != MARKETING else None
        if own is not None and own.basis == Basis.NONE:
            return Basis.NONE
        if everything is not None and everything.basis == Basis.NONE:
            came_back = own is not None and own.stated_at > everything.stated_at
            return Basis.EXPLICIT if came_back else Basis.NONE
        if own is not None or everything is not None:
            return Basis.EXPLICIT
        return self._implied(topic, now=now)

    def refused(self, topic: str) -> bool:
        """Whether they said no to this topic, rather than to everything or nothing at all."""
        own = word_about(self.statements, topic)
        return own is not None and own.basis == Basis.NONE

    def may_be_measured(self, *, now: datetime) -> bool:
        """Whether they agreed to having their clicks measured, and have not left since."""
        agreed = word_about(self.statements, TRACKING)
        return (
            agreed is not None
            and agreed.basis == Basis.EXPLICIT
            and self.basis(TRACKING, now=now) == Basis.EXPLICIT
        )

    def _implied(self, topic: str, *, now: datetime) -> Basis:
        wanted = EVERY_TOPIC if topic == MARKETING else {topic}
        if not self.soft_opt_in or not wanted & self.law.soft_topics:
            return Basis.NONE
        lasts = self.law.purchase_lasts
        if self.has_bought and (
            lasts is None or (self.bought_at is not None and now < self.bought_at + lasts)
        ):
            return Basis.SOFT_OPT_IN
        asked = [one.stated_at for one in self.statements if one.basis == Basis.INQUIRY]
        if asked and self.law.inquiry_lasts and now < max(asked) + self.law.inquiry_lasts:
            return Basis.INQUIRY
        return Basis.NONE
