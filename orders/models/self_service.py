"""What customers may change of their orders by themselves, and what they have asked for."""

from datetime import datetime, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from core.ids import new_public_id
from core.stores.owned import StoreOwned
from orders.models.customer import Customer
from orders.models.order import Order
from orders.models.platform import PlatformCommand

KINDS = ("cancel", "edit_address", "edit_contact", "edit_note")


class SelfServicePolicy(StoreOwned):
    """One store's rules. A store without a row goes by the defaults: those of a careful shop."""

    class Until(models.TextChoices):
        DISPATCH = "dispatch", "until the parcel leaves"
        MINUTES = "minutes", "for some time after ordering"
        NEVER = "never", "not at all"

    class Mode(models.TextChoices):
        AT_ONCE = "at_once", "It is done at once"
        ASK = "ask", "We look at it first"

    cancel_until = models.CharField(max_length=8, choices=Until.choices, default=Until.DISPATCH)
    cancel_mode = models.CharField(max_length=7, choices=Mode.choices, default=Mode.ASK)
    edit_address_until = models.CharField(
        max_length=8, choices=Until.choices, default=Until.DISPATCH
    )
    edit_address_mode = models.CharField(max_length=7, choices=Mode.choices, default=Mode.ASK)
    edit_contact_until = models.CharField(
        max_length=8, choices=Until.choices, default=Until.DISPATCH
    )
    edit_contact_mode = models.CharField(max_length=7, choices=Mode.choices, default=Mode.AT_ONCE)
    edit_note_until = models.CharField(max_length=8, choices=Until.choices, default=Until.DISPATCH)
    edit_note_mode = models.CharField(max_length=7, choices=Mode.choices, default=Mode.AT_ONCE)
    minutes = models.PositiveSmallIntegerField(
        default=60, validators=[MinValueValidator(1), MaxValueValidator(10_080)]
    )

    class Meta:
        verbose_name = "rules"
        verbose_name_plural = "rules"
        constraints = [models.UniqueConstraint(fields=["store"], name="one_policy_per_store")]

    def __str__(self) -> str:
        return "What customers may change"

    def until(self, kind: str) -> str:
        """How long `kind` is offered."""
        return str(getattr(self, f"{kind}_until"))

    def mode(self, kind: str) -> str:
        """Whether `kind` is done at once or looked at first."""
        return str(getattr(self, f"{kind}_mode"))

    def deadline(self, *, kind: str, placed_at: datetime) -> datetime | None:
        """The moment after which `kind` is not offered any more, where it is a moment."""
        if self.until(kind) != self.Until.MINUTES:
            return None
        return placed_at + timedelta(minutes=self.minutes)


class ChangeRequest(StoreOwned):
    """One thing that a customer asked for. waiting → approved → done, or refused with a reason.

    *approved* means that it is being carried out: by a command, or by hand where there is none.
    Times are the store's.
    """

    class Kind(models.TextChoices):
        CANCEL = "cancel", "Cancel the order"
        EDIT_ADDRESS = "edit_address", "Another address"
        EDIT_CONTACT = "edit_contact", "Another phone number"
        EDIT_NOTE = "edit_note", "A note for the delivery"

    class Status(models.TextChoices):
        WAITING = "waiting", "Waits for your answer"
        APPROVED = "approved", "Being carried out"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"

    class Because(models.TextChoices):
        """Why it was refused, where no person said so."""

        SENT = "sent", "The parcel had left"
        CANCELED = "canceled", "The order was canceled"

    OPEN = (Status.WAITING, Status.APPROVED)

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="change_requests")
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    wanted = models.JSONField(default=dict, help_text="The new address, phone or note.")
    why = models.CharField(max_length=500, blank=True, help_text="In the customer's words.")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WAITING)
    because = models.CharField(max_length=8, choices=Because.choices, blank=True)
    reason = models.CharField(max_length=500, blank=True, help_text="As the customer reads it.")
    problem = models.CharField(max_length=500, blank=True, help_text="For the shop's people.")
    tries = models.PositiveSmallIntegerField(default=0)
    command = models.ForeignKey(
        PlatformCommand, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=160, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "wish"
        verbose_name_plural = "wishes"
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind"],
                condition=models.Q(settled_at__isnull=True),
                name="one_open_wish_per_order_and_kind",
            )
        ]
        indexes = [
            models.Index(
                fields=["store", "asked_at"],
                name="wishes_that_wait",
                condition=models.Q(status__in=["waiting", "approved"]),
            ),
            models.Index(fields=["store", "-asked_at"], name="wishes_latest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_status_display().lower()})"
