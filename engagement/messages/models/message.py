"""The message: one mail promised to one person, kept for ever with how it ended and why."""

from django.db import models

from core.ids import new_public_id
from core.stores.owned import StoreLed


class Reason(models.TextChoices):
    """Why a message did not go out. Shown to merchants in these words."""

    ORDER_CANCELED = "order_canceled", "The order was canceled"
    ORDER_DELETED = "order_deleted", "The order was deleted in the shop"
    RETURNED = "returned", "The goods were given back"
    REORDERED = "reordered", "They bought again before it was due"
    OVERTAKEN = "overtaken", "Newer news made it pointless"
    UNSUBSCRIBED = "unsubscribed", "The customer unsubscribed"
    TOPIC_OFF = "topic_off", "The customer wants no mail of this kind"
    SUPPRESSED = "suppressed", "The address bounced or complained"
    NO_CONSENT = "no_consent", "No recorded consent for marketing"
    NO_ADDRESS = "no_address", "No e-mail address is known"
    GIFT = "gift", "The goods went to somebody else as a gift"
    RECURRING = "recurring", "A recurring box was asked about before"
    CAPPED = "capped", "Too many mails in a short time"
    HELD_OUT = "held_out", "Left out on purpose, to measure what the flow brings"
    NO_WINDOW = "no_window", "The store allows no sending hours"
    TOO_LATE = "too_late", "It would have come too late to be of use"
    STALE = "stale", "The news was already old when it reached us"
    TICKET_OPEN = "ticket_open", "Something of this customer is still unsettled"
    FLOW_OFF = "flow_off", "The flow was switched off"
    STEP_GONE = "step_gone", "The step was taken out of the flow"
    IMPORTED = "imported", "Imported history sends nothing"
    TEST_ORDER = "test_order", "A test order"
    MERGED = "merged", "The customer was merged into another"
    ERASED = "erased", "The customer's data was erased"
    TEMPLATE_ERROR = "template_error", "The mail could not be written"
    BOUNCED = "bounced", "The provider refused the address"
    REFUSED = "refused", "The provider refused the mail"
    GAVE_UP = "gave_up", "The provider could not be reached for too long"
    UNKNOWN_NOT_RESENT = "unknown_not_resent", "Unclear whether it arrived; not sent twice"
    CANCELED_BY_HAND = "canceled_by_hand", "Canceled in the dashboard"


class Message(StoreLed):
    """One mail. It knows its anchor and its step; text, address and permission are read at send."""

    class Status(models.TextChoices):
        PLANNED = "planned", "Planned"
        HANDING = "handing", "Being handed over"
        UNCERTAIN = "uncertain", "Unclear whether it arrived"
        SENT = "sent", "Sent"
        SKIPPED = "skipped", "Not sent"
        FAILED = "failed", "Failed"

    class Class(models.TextChoices):
        TRANSACTIONAL = "transactional", "Order news"
        MARKETING = "marketing", "Marketing"

    IN_THE_AIR_OR_SENT = (Status.HANDING, Status.UNCERTAIN, Status.SENT)

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    customer = models.ForeignKey(
        "orders.Customer",
        null=True,
        on_delete=models.PROTECT,
        related_name="messages",
        db_index=False,  # leads an index below, as the order does
    )
    order = models.ForeignKey(
        "orders.Order",
        null=True,
        on_delete=models.PROTECT,
        related_name="messages",
        db_index=False,
    )
    event = models.ForeignKey(
        "events.EventRow", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    flow = models.CharField(max_length=48, help_text="The flow's key.")
    step = models.CharField(max_length=48, help_text="The step's stable key.")
    subject = models.CharField(max_length=64, help_text="kind:id of what it is about.")
    occurrence = models.CharField(max_length=64, default="0")
    message_class = models.CharField(max_length=14, choices=Class.choices)
    template = models.CharField(max_length=48)
    facts = models.JSONField(default=dict, help_text="Ids the mail needs beside its order.")
    anchor_at = models.DateTimeField(help_text="What its time is counted from.")
    planned_version = models.PositiveIntegerField(default=1)
    due_at = models.DateTimeField(help_text="When it is, or was last, meant to leave.")

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PLANNED)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    reason_detail = models.CharField(max_length=300, blank=True)
    generation = models.PositiveSmallIntegerField(default=0)
    account = models.ForeignKey(
        "engagement_messages.ProviderAccount",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    provider_message_id = models.CharField(max_length=200, blank=True)
    sent_to = models.EmailField(blank=True)
    language = models.CharField(max_length=2, blank=True)
    handed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    delivery_rank = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "flow", "step", "subject", "occurrence"],
                name="a_mail_is_promised_once",
            )
        ]
        indexes = [
            models.Index(fields=["customer", "handed_at"], name="messages_for_the_cap"),
            models.Index(fields=["order"], name="messages_of_an_order"),
            models.Index(fields=["store", "-due_at"], name="messages_latest_first"),
            models.Index(fields=["store", "flow", "-due_at"], name="messages_of_a_flow"),
            models.Index(
                fields=["store", "reason", "-due_at"],
                name="messages_by_reason",
                condition=~models.Q(reason=""),
            ),
            # Which flow and step lie in it too, so that the forecast need not visit the rows.
            models.Index(
                fields=["store", "status", "-due_at", "flow", "step"],
                name="messages_by_status_and_flow",
            ),
            models.Index(
                fields=["provider_message_id"],
                name="messages_by_provider_id",
                condition=~models.Q(provider_message_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.flow}/{self.step} for {self.subject}"

    @property
    def is_marketing(self) -> bool:
        return self.message_class == self.Class.MARKETING

    @property
    def send_key(self) -> str:
        """What the provider may deduplicate on, and the left part of the Message-ID."""
        return f"{self.public_id.hex}.{self.generation}"
