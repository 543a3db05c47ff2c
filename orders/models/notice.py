"""What came in through a hook, kept as it came, and the doors it came through."""

from datetime import datetime

from django.db import models

from core.ids import new_public_id
from core.secrets import decrypt, encrypt
from core.stores.owned import StoreLed, StoreOwned


class WebhookEndpoint(StoreOwned):
    """One address that a shop, carrier or mail provider posts to. Its path is a secret of its own."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    source = models.CharField(max_length=32)
    shop = models.CharField(
        max_length=200,
        blank=True,
        help_text="The shop's own domain there; requests to erase data must name it.",
    )
    path_hash = models.CharField(max_length=64, unique=True, help_text="Hash of the secret path.")
    path_sealed = models.TextField(help_text="The path, encrypted, to show the address again.")
    secret_sealed = models.TextField(blank=True)
    previous_secret_sealed = models.TextField(blank=True)
    previous_secret_until = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    last_notice_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "connection"
        verbose_name_plural = "connections"

    def __str__(self) -> str:
        return f"{self.source} {str(self.public_id)[:8]}"

    def set_secret(self, secret: str) -> None:
        """Store the signing secret encrypted."""
        self.secret_sealed = encrypt(secret)

    def live_secrets(self, *, now: datetime) -> list[str]:
        """Secrets that sign today: the current one, and the previous one during a rotation."""
        secrets = [decrypt(self.secret_sealed)]
        if self.previous_secret_until and now < self.previous_secret_until:
            secrets.append(decrypt(self.previous_secret_sealed))
        return [secret for secret in secrets if secret]


class InboundNotice(StoreLed):
    """One delivery as received. Committed before we answer; worked on afterwards."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        APPLIED = "applied", "Applied"
        IGNORED = "ignored", "Ignored"
        DEAD = "dead", "Could not be read"

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    endpoint = models.ForeignKey(
        WebhookEndpoint, null=True, blank=True, on_delete=models.SET_NULL, related_name="notices"
    )
    source = models.CharField(max_length=32)
    topic = models.CharField(max_length=80, blank=True)
    dedup_key = models.CharField(max_length=190)
    body_hash = models.CharField(max_length=64)
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    origin = models.CharField(max_length=6, default="live")
    received_at = models.DateTimeField(help_text="In the store's time.")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WAITING)
    reason = models.CharField(max_length=300, blank=True)
    order = models.ForeignKey(
        "orders.Order", null=True, blank=True, on_delete=models.SET_NULL, related_name="notices"
    )
    # Machine time, for claims and retries.
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    token = models.CharField(max_length=32, blank=True)
    claims = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    replays = models.PositiveSmallIntegerField(default=0)
    processed_at = models.DateTimeField(null=True, blank=True)
    body_blanked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "notice"
        verbose_name_plural = "notices"
        constraints = [
            models.UniqueConstraint(
                fields=["store", "source", "dedup_key"], name="a_notice_is_kept_once"
            )
        ]
        indexes = [
            # Led by the store: a quiet shop's notice is found behind no busy shop's thousands.
            models.Index(
                fields=["store", "due_at", "id"],
                name="notices_due_by_store",
                condition=models.Q(status="waiting"),
            ),
            models.Index(fields=["store", "-received_at"], name="notices_latest_first"),
            models.Index(
                fields=["store", "-id"], name="notices_dead", condition=models.Q(status="dead")
            ),
            models.Index(fields=["store", "source", "topic", "body_hash"], name="notices_by_body"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.topic} {str(self.public_id)[:8]}"
