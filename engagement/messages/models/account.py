"""Sending accounts: who carries our mail, how fast it may go, and whether it is well."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from core.ids import new_public_id
from core.stores.owned import StoreOwned


class ProviderAccount(StoreOwned):
    """One account at a mail provider. Without a row a store sends as the environment says.

    `backend` is a Django e-mail backend; `settings_sealed` its keyword arguments as encrypted JSON.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    name = models.CharField(max_length=80)
    backend = models.CharField(max_length=200, blank=True, help_text="Empty: as the environment.")
    settings_sealed = models.TextField(blank=True)
    hook_hash = models.CharField(max_length=64, unique=True)
    hook_sealed = models.TextField()
    feedback_key_sealed = models.TextField(
        blank=True,
        db_default="",
        help_text="What the provider signs its events with, encrypted.",
    )
    sns_topic = models.CharField(
        max_length=320,
        blank=True,
        db_default="",
        help_text="Amazon SES: the only SNS topic to believe.",
    )
    dkim_domain = models.CharField(max_length=253, blank=True, default="", db_default="")
    dkim_selector = models.CharField(max_length=63, blank=True, default="", db_default="")
    dkim_key_sealed = models.TextField(
        blank=True, default="", db_default="", help_text="Signs our mails over SMTP, encrypted."
    )
    is_default = models.BooleanField(default=True)
    rate_per_second = models.FloatField(default=50)
    mark_batch = models.PositiveSmallIntegerField(
        default=1, help_text="Mails one crash may leave uncertain."
    )
    connections = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text="Open at once in one worker. A relay far away answers late; several connections "
        "make up for it. Each may leave one mail unclear in a crash.",
    )
    deduplicates = models.BooleanField(
        default=False, help_text="The provider drops a second hand-over of the same message id."
    )
    paused_until = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=200, blank=True)
    failures_running = models.PositiveSmallIntegerField(default=0)
    breaker_seconds = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store"],
                condition=models.Q(is_default=True),
                name="one_default_account_per_store",
            )
        ]

    def __str__(self) -> str:
        return self.name


class RateBucket(models.Model):
    """Tokens left of an account's rate, kept in the database so that a restart forgets nothing."""

    account = models.OneToOneField(
        ProviderAccount, primary_key=True, on_delete=models.CASCADE, related_name="bucket"
    )
    tokens = models.FloatField(default=0)
    refilled_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.tokens:.1f}"
