"""Who is in: a browser that proved whose mailbox it reads."""

from datetime import datetime, timedelta

from django.db import models

from core.stores.owned import StoreOwned, StoreQuerySet, store_manager

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=24)
FRESH = timedelta(minutes=10)


class PortalSessionQuerySet(StoreQuerySet):
    def alive(self, now: datetime) -> "PortalSessionQuerySet":
        """Neither idle for too long nor over."""
        return self.filter(ends_at__gt=now, last_seen_at__gt=now - IDLE)


class PortalSession(StoreOwned):
    """A customer's session. Only a hash of its token is kept. Machine time: no shop moves it."""

    token_hash = models.CharField(max_length=64, unique=True)
    customer = models.ForeignKey("orders.Customer", on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    fresh_at = models.DateTimeField(help_text="When they last proved whose mailbox they read.")
    ends_at = models.DateTimeField()

    objects = store_manager(PortalSessionQuerySet)  # type: ignore[misc]

    class Meta:
        indexes = [models.Index(fields=["ends_at"], name="portal_sessions_by_end")]

    def __str__(self) -> str:
        return f"Session until {self.ends_at:%Y-%m-%d %H:%M}"

    def is_fresh(self, now: datetime) -> bool:
        """Whether it may change an address, cancel, redeem, export or erase (A21)."""
        return self.fresh_at > now - FRESH
