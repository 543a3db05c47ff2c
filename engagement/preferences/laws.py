"""What marketing by e-mail needs in each country: engineering defaults, not legal advice.

Sources: ePrivacy directive art. 13(1)-(2) and its national forms (soft opt-in for own similar goods;
Germany UWG §7(3), Czechia 480/2004 §7(3), Britain PECR reg. 22(3)); Germany's BGH VI ZR 225/17 (a
review request is advertising) and I ZR 164/09 (double opt-in as the proof of consent); Poland's
PKE art. 398 (prior consent only); Canada's CASL s. 10(9)-(10) and 6(2) (implied consent: two years
after a purchase, six months after an inquiry); the US CAN-SPAM act (opt-out).
"""

from dataclasses import dataclass
from datetime import timedelta

from engagement.preferences.topics import Topic

EVERY_TOPIC = frozenset(Topic.values)
OWN_SIMILAR_GOODS = EVERY_TOPIC - {Topic.NEWSLETTER.value}


@dataclass(frozen=True, slots=True)
class Law:
    """What a country asks for. `soft_topics` may go to buyers who did not object, if the store wants.

    `purchase_lasts` and `inquiry_lasts`: how long a purchase or a question counts; None for a
    purchase is without end, None for an inquiry is never. `double_opt_in`: a yes counts once the
    owner of the mailbox has confirmed it.
    """

    soft_topics: frozenset[str] = frozenset()
    purchase_lasts: timedelta | None = None
    inquiry_lasts: timedelta | None = None
    double_opt_in: bool = False


SOFT_OPT_IN = Law(soft_topics=OWN_SIMILAR_GOODS)
SOFT_AND_CONFIRMED = Law(soft_topics=OWN_SIMILAR_GOODS, double_opt_in=True)
OPT_OUT = Law(soft_topics=EVERY_TOPIC)
# Two years and six months at their shortest, so that implied consent never outlives them.
CASL = Law(
    soft_topics=EVERY_TOPIC,
    purchase_lasts=timedelta(days=730),
    inquiry_lasts=timedelta(days=181),
)
ONLY_EXPLICIT = Law()

EPRIVACY = (
    *("BE", "BG", "CY", "CZ", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE", "IS"),
    *("IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PT", "RO", "SE", "SI", "SK"),
)
LAWS: dict[str, Law] = {
    **dict.fromkeys(EPRIVACY, SOFT_OPT_IN),
    "AT": SOFT_AND_CONFIRMED,
    "CH": SOFT_AND_CONFIRMED,
    "DE": SOFT_AND_CONFIRMED,
    "PL": ONLY_EXPLICIT,
    "CA": CASL,
    "US": OPT_OUT,
}


def law_of(*, country: str, store_country: str) -> Law:
    """The law of where the person lives, as far as known: else where the shop is.

    A country that is not in the table asks for an explicit yes. Where neither country is known the
    rule of the Union holds: it is the commonest among our shops, and asks for a purchase.
    """
    code = (country or store_country).upper()
    return LAWS.get(code, ONLY_EXPLICIT) if code else SOFT_OPT_IN
