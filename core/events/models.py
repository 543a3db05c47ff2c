"""Events and the reactions still owed to them. Both are written in the change's own transaction."""

from django.db import models

from core.events.event import Event
from core.stores.owned import StoreLed, StoreOwned


class EventRow(StoreLed):
    """One recorded event. Unique by name and key, so that news told twice is one event."""

    class Origin(models.TextChoices):
        LIVE = "live", "Live"
        IMPORT = "import", "Import"
        REPLAY = "replay", "Replay"

    name = models.CharField(max_length=64)
    key = models.CharField(max_length=190, help_text="What makes this occurrence the only one.")
    subject = models.CharField(max_length=64)
    payload = models.JSONField(default=dict)
    origin = models.CharField(max_length=6, choices=Origin.choices, default=Origin.LIVE)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "name", "key"], name="an_event_happens_once")
        ]
        indexes = [
            models.Index(
                fields=["store", "subject"],
                opclasses=["int8_ops", "varchar_pattern_ops"],
                name="events_by_subject_start",
            ),
            models.Index(fields=["store", "-recorded_at"], name="events_latest_first"),
        ]
        verbose_name = "event"

    def __str__(self) -> str:
        return f"{self.name} {self.subject}"

    def as_event(self) -> Event:
        """The plain form handed to reactions."""
        return Event(
            id=self.pk,
            name=self.name,
            store_id=self.store_id,
            subject=self.subject,
            payload=self.payload,
            occurred_at=self.occurred_at,
            origin=self.origin,  # type: ignore[arg-type]
        )


class PendingReaction(StoreOwned):
    """One reaction owed to one event: claimed, run and marked done in its own transaction."""

    class Status(models.TextChoices):
        PENDING = "pending", "Waiting"
        DONE = "done", "Done"
        DEAD = "dead", "Given up"

    event = models.ForeignKey(
        EventRow, on_delete=models.CASCADE, related_name="reactions", db_index=False
    )
    reaction = models.CharField(max_length=120, help_text="Dotted name, as the wiring page has it.")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PENDING)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    token = models.CharField(max_length=32, blank=True)
    claims = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "reaction"], name="a_reaction_is_owed_once")
        ]
        indexes = [
            models.Index(
                fields=["store", "due_at", "id"],
                name="reactions_due_by_store",
                condition=models.Q(status="pending"),
            ),
            models.Index(
                fields=["store", "-id"], name="reactions_dead", condition=models.Q(status="dead")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reaction} of event {self.event_id}"
