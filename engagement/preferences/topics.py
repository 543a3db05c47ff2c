"""What marketing mail may be about: the purposes that a person can want or not want one by one.

Order news is none of them: it is always sent.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

MARKETING = "marketing"
"""The purpose of a word about all marketing at once."""
TRACKING = "tracking"
"""The purpose of a word about measuring which links somebody opens."""


class Topic(models.TextChoices):
    """One kind of marketing mail, in the words that the customer reads."""

    OFFERS = "offers", _("Offers, tips and things that go with what you bought")
    REPLENISHMENT = "replenishment", _("A word before something runs out")
    REVIEWS = "reviews", _("Questions about how you like it")
    BIRTHDAY = "birthday", _("Birthday and anniversary wishes")
    LOYALTY = "loyalty", _("Points and rewards")
    NEWSLETTER = "newsletter", _("News and stories from the shop")
