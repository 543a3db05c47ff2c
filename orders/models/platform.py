"""The shop's own system as we reach it: connections out, and what is to be done there."""

import json
from typing import Any

from django.db import models

from core.ids import new_public_id
from core.secrets import decrypt, encrypt
from core.stores.owned import StoreOwned
from orders.models.order import Order


class PlatformConnection(StoreOwned):
    """How to reach one system of the shop. Credentials are sealed and never shown again."""

    class Platform(models.TextChoices):
        SHOPIFY = "shopify", "Shopify"
        WOOCOMMERCE = "woocommerce", "WooCommerce"
        WEBHOOK = "webhook", "Webhook to your own system"

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    platform = models.CharField(max_length=16, choices=Platform.choices)
    address = models.CharField(max_length=500)
    credentials_sealed = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    last_well_at = models.DateTimeField(null=True, blank=True)
    # Asking for what webhooks missed: how far, when last, how much there was, why not.
    asked_to = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_problem = models.CharField(max_length=300, blank=True, default="", db_default="")
    found_missed = models.PositiveIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "connection to a system"
        verbose_name_plural = "connections to systems"
        constraints = [
            models.UniqueConstraint(
                fields=["store", "platform"], name="one_connection_per_platform"
            )
        ]

    def __str__(self) -> str:
        return self.get_platform_display()

    def set_credentials(self, credentials: dict[str, str]) -> None:
        """Store them encrypted."""
        self.credentials_sealed = encrypt(json.dumps(credentials))

    def credentials(self) -> dict[str, str]:
        """The plain credentials. Raises `CredentialsUnreadable`."""
        plain: dict[str, Any] = json.loads(decrypt(self.credentials_sealed) or "{}")
        return {name: str(value) for name, value in plain.items()}


class PlatformCommand(StoreOwned):
    """One thing to do in the shop's system, done once however often it is tried.

    waiting → claimed → handed → done, refused or dead; a lease that is over gives it back. Times
    are the machine's.
    """

    class Kind(models.TextChoices):
        CANCEL = "cancel", "Cancel the order"
        EDIT_ADDRESS = "edit_address", "Change the address"
        EDIT_CONTACT = "edit_contact", "Change phone or e-mail"
        EDIT_NOTE = "edit_note", "Change the delivery note"
        EDIT_LINES = "edit_lines", "Change what is ordered"
        REFUND = "refund", "Give money back"
        EXCHANGE = "exchange", "Send other goods"
        CREATE_VOUCHER = "create_voucher", "Make a voucher code"
        TELL = "tell", "Tell your system"
        TEST = "test", "Test of the connection"

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        CLAIMED = "claimed", "Taken up"
        HANDED = "handed", "Being handed over"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"
        DEAD = "dead", "Given up"

    OPEN = (Status.WAITING, Status.CLAIMED, Status.HANDED)

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    connection = models.ForeignKey(
        PlatformConnection, on_delete=models.PROTECT, related_name="commands"
    )
    order = models.ForeignKey(
        Order, null=True, blank=True, on_delete=models.CASCADE, related_name="commands"
    )
    kind = models.CharField(max_length=16, choices=Kind.choices)
    payload = models.JSONField(default=dict)
    key = models.CharField(max_length=120, help_text="Makes it the only one of its store.")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WAITING)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    token = models.CharField(max_length=32, blank=True)
    claims = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    answer = models.JSONField(default=dict, blank=True)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "command"
        verbose_name_plural = "commands"
        constraints = [
            models.UniqueConstraint(fields=["store", "key"], name="a_command_is_given_once")
        ]
        indexes = [
            models.Index(
                fields=["store", "due_at", "id"],
                name="commands_due_by_store",
                condition=models.Q(status="waiting"),
            ),
            models.Index(
                fields=["lease_until"],
                name="commands_leases",
                condition=models.Q(status__in=["claimed", "handed"]),
            ),
            models.Index(
                fields=["store", "-id"], name="commands_dead", condition=models.Q(status="dead")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_status_display().lower()})"
