"""What receivers think of the domain that a store writes from: still new, trusted, or in trouble."""

from django.db import models

from core.ids import new_public_id
from core.stores.owned import StoreOwned


class DomainStanding(StoreOwned):
    """One row a store, for the domain of its sender address; begun anew when that changes.

    Mails since `counts_from` count towards the breaker. While `warming_since` is set, marketing
    keeps to a daily share that grows with `best_day`, the most that any earlier day has seen.
    """

    class State(models.TextChoices):
        FINE = "fine", "Everything may go"
        NO_MARKETING = "no_marketing", "Marketing is paused"
        STOPPED = "stopped", "Nothing leaves"

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    domain = models.CharField(max_length=253)
    state = models.CharField(max_length=12, choices=State.choices, default=State.FINE)
    reason = models.CharField(max_length=200, blank=True)
    tripped_at = models.DateTimeField(null=True, blank=True)
    counts_from = models.DateTimeField()
    warming_since = models.DateField(null=True, blank=True)
    day = models.DateField(null=True, blank=True)
    handed_today = models.PositiveIntegerField(default=0)
    best_day = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store"], name="one_standing_per_store")]

    def __str__(self) -> str:
        return self.domain
