"""A claim: something that was bought is not as it should be, and who does what about it until when."""

from django.db import models

from core.ids import new_public_id
from core.stores.owned import StoreOwned
from orders.models.customer import Customer
from orders.models.warranty import Guarantee, WarrantyParty

MOST_PHOTOS = 6


class Claim(StoreOwned):
    """waiting → accepted → done, or refused with a reason, or withdrawn. Times are the store's.

    `party` holds it; the shop does where that is empty. `due_at` is when the holder must have
    answered, and then when it must be settled; each time it passes the claim escalates.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", "Waits for an answer"
        ACCEPTED = "accepted", "Being settled"
        DONE = "done", "Settled"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Outcome(models.TextChoices):
        REPAIRED = "repaired", "Repaired"
        REPLACED = "replaced", "Replaced"
        REFUNDED = "refunded", "Money back"

    OPEN = (Status.WAITING, Status.ACCEPTED)

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    guarantee = models.ForeignKey(Guarantee, on_delete=models.CASCADE, related_name="claims")
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    what = models.CharField(max_length=2000, help_text="In the customer's words.")
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.WAITING)
    party = models.ForeignKey(
        WarrantyParty, null=True, blank=True, on_delete=models.PROTECT, related_name="claims"
    )
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    reason = models.CharField(max_length=500, blank=True, help_text="As the customer reads it.")
    opened_at = models.DateTimeField()
    settle_by = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    escalated = models.PositiveSmallIntegerField(default=0, help_text="How often it was overdue.")
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    link_epoch = models.PositiveSmallIntegerField(
        default=0, help_text="Raised to make the outside party's link worthless."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["guarantee"],
                condition=models.Q(closed_at__isnull=True),
                name="one_open_claim_per_piece",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status__in=["waiting", "accepted"], closed_at__isnull=True, outcome=""
                )
                | models.Q(status="done", closed_at__isnull=False) & ~models.Q(outcome="")
                | models.Q(
                    status__in=["refused", "withdrawn"], closed_at__isnull=False, outcome=""
                ),
                name="a_claim_ends_one_way",
            ),
        ]
        indexes = [
            models.Index(
                fields=["store", "due_at"],
                name="claims_that_are_due",
                condition=models.Q(closed_at__isnull=True),
            ),
            models.Index(fields=["store", "-opened_at"], name="claims_latest_first"),
        ]

    def __str__(self) -> str:
        return f"Claim about {self.guarantee.title}"


class ClaimPhoto(StoreOwned):
    """A picture that came with a claim, written anew by us: nothing of the camera's data is left."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="photos")
    file = models.FileField(upload_to="claims/%Y/%m/")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"Picture {self.pk}"


class ClaimStep(StoreOwned):
    """What happened to a claim, in a row. Rows are only ever added."""

    class Kind(models.TextChoices):
        OPENED = "opened", "Opened"
        HANDED = "handed", "Handed on"
        ACCEPTED = "accepted", "Accepted"
        REFUSED = "refused", "Refused"
        DONE = "done", "Settled"
        WITHDRAWN = "withdrawn", "Withdrawn"
        OVERDUE = "overdue", "Overdue"

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    words = models.CharField(max_length=500, blank=True)
    by = models.CharField(max_length=160, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.get_kind_display()
