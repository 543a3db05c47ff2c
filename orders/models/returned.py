"""Goods that come back: what a customer asked for, line by line, and where it stands."""

from decimal import Decimal

from django.db import models

from core.ids import new_public_id
from core.stores.owned import StoreOwned
from orders.models.catalog import Variant
from orders.models.customer import Customer
from orders.models.order import Order, OrderLine
from orders.models.platform import PlatformCommand
from orders.models.return_policy import ReturnPolicy


class Return(StoreOwned):
    """One return. requested → approved → sent → received → done; or refused, or canceled.

    *sent* is passed over where nobody tells of it. A withdrawal from the contract (EU) begins
    *approved*: nobody has to agree to it. Amounts are minor units of the order's currency. Times are
    the store's.
    """

    class Kind(models.TextChoices):
        RETURN = "return", "Return"
        WITHDRAWAL = "withdrawal", "Withdrawal from the contract"

    class Outcome(models.TextChoices):
        EXCHANGE = "exchange", "Exchange"
        CREDIT = "credit", "Store credit"
        REFUND = "refund", "Money back"

    class Status(models.TextChoices):
        REQUESTED = "requested", "Waits for your answer"
        APPROVED = "approved", "Approved"
        SENT = "sent", "On its way back"
        RECEIVED = "received", "Received"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"
        CANCELED = "canceled", "Canceled by the customer"

    class Way(models.TextChoices):
        DROP_OFF = "drop_off", "Drop-off point"
        LABEL = "label", "With our label"
        OWN_PARCEL = "own_parcel", "In a parcel of their own"

    OPEN = (Status.REQUESTED, Status.APPROVED, Status.SENT, Status.RECEIVED)
    UNDER_WAY = (Status.APPROVED, Status.SENT, Status.RECEIVED)

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    reference = models.CharField(max_length=16, help_text="As the customer knows it.")
    once = models.CharField(max_length=64, help_text="A form sent twice makes one return.")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="returns")
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.RETURN)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.REFUND)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.REQUESTED)
    way = models.CharField(max_length=10, choices=Way.choices, default=Way.OWN_PARCEL)
    shop_pays = models.BooleanField(default=False)
    note = models.CharField(max_length=1000, blank=True, help_text="In the customer's words.")
    looked_at_because = models.JSONField(default=list, help_text="Why a person has to look at it.")
    declared_name = models.CharField(max_length=200, blank=True)
    declared_email = models.EmailField(blank=True)

    currency = models.CharField(max_length=3)
    goods_minor = models.BigIntegerField(help_text="What was paid for the goods.")
    shipping_minor = models.BigIntegerField(default=0, help_text="Delivery that goes back as well.")
    fee_minor = models.BigIntegerField(default=0)
    bonus_minor = models.BigIntegerField(default=0)
    new_goods_minor = models.BigIntegerField(default=0, help_text="What an exchange costs now.")
    agreed_minor = models.BigIntegerField(
        null=True, blank=True, help_text="What a person settled on, where it is not what was shown."
    )
    paid_back_minor = models.BigIntegerField(default=0, help_text="What has gone back so far.")

    reason = models.CharField(max_length=500, blank=True, help_text="As the customer reads it.")
    staff_note = models.CharField(max_length=1000, blank=True)
    problem = models.CharField(max_length=500, blank=True, help_text="For the shop's people.")
    carrier = models.CharField(max_length=120, blank=True)
    tracking_number = models.CharField(max_length=120, blank=True)
    exchange_order = models.ForeignKey(
        Order, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    exchange_number = models.CharField(max_length=64, blank=True)

    requested_at = models.DateTimeField()
    answer_by = models.DateTimeField(null=True, blank=True, help_text="Later is too late.")
    send_by = models.DateTimeField(null=True, blank=True)
    pay_by = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=160, blank=True, help_text="Empty: by the rules.")
    sent_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True, help_text="The first of it.")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "reference"], name="one_return_per_reference"),
            models.UniqueConstraint(fields=["order", "once"], name="a_return_is_asked_for_once"),
            models.CheckConstraint(
                condition=models.Q(
                    goods_minor__gte=0,
                    shipping_minor__gte=0,
                    fee_minor__gte=0,
                    bonus_minor__gte=0,
                    paid_back_minor__gte=0,
                ),
                name="amounts_of_a_return_are_not_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "-requested_at"], name="returns_latest_first"),
            models.Index(
                fields=["store", "status", "requested_at"],
                name="returns_that_are_open",
                condition=models.Q(status__in=["requested", "approved", "sent", "received"]),
            ),
            models.Index(fields=["customer", "-requested_at"], name="returns_of_a_customer"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def due_minor(self) -> int:
        """What goes back in the end, without a bonus: as a person settled it, else as was shown."""
        if self.agreed_minor is not None:
            return self.agreed_minor
        return max(0, self.goods_minor + self.shipping_minor - self.fee_minor)

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN


class ReturnLine(StoreOwned):
    """How much of an order's line comes back, why, and in what state it arrived."""

    class Condition(models.TextChoices):
        AS_NEW = "as_new", "As new"
        OPENED = "opened", "Opened or tried"
        DAMAGED = "damaged", "Damaged"
        WRONG = "wrong", "Not what was sent"

    asked = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="returned")
    policy = models.ForeignKey(
        ReturnPolicy, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    amount_minor = models.BigIntegerField(help_text="What was paid for these.")
    reason_key = models.CharField(max_length=40, blank=True)
    reason_text = models.CharField(max_length=200, blank=True, help_text="As it was chosen.")
    words = models.CharField(max_length=500, blank=True, help_text="In the customer's own words.")
    new_variant = models.ForeignKey(
        Variant, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    new_title = models.CharField(max_length=300, blank=True)
    new_price_minor = models.BigIntegerField(null=True, blank=True, help_text="Of one piece.")
    received_quantity = models.DecimalField(max_digits=14, decimal_places=3, default=Decimal(0))
    condition = models.CharField(max_length=8, choices=Condition.choices, blank=True)
    restocked_quantity = models.DecimalField(max_digits=14, decimal_places=3, default=Decimal(0))

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["asked", "order_line"], name="one_row_per_return_line"),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0, amount_minor__gte=0, received_quantity__gte=0)
                & models.Q(received_quantity__lte=models.F("quantity"))
                & models.Q(restocked_quantity__gte=0)
                & models.Q(restocked_quantity__lte=models.F("received_quantity")),
                name="no_more_arrives_than_comes_back",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity.normalize():f} × {self.order_line.title}"


class ReturnUnit(StoreOwned):
    """One piece of an order's line that is coming, or has come, back. The key lets it come once.

    Pieces are numbered from 1; a refused or canceled return gives its numbers free. A quantity that
    is no whole number (2.5 m of cloth) is one piece.
    """

    line = models.ForeignKey(ReturnLine, on_delete=models.CASCADE, related_name="units")
    order_line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order_line", "number"], name="a_piece_comes_back_once")
        ]

    def __str__(self) -> str:
        return f"Piece {self.number}"


class ReturnPhoto(StoreOwned):
    """A picture that the customer added. Whoever takes it in has looked at what the file is."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    asked = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="photos")
    file = models.FileField(upload_to="returns/%Y/%m/")
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Photo of {self.asked}"


class Payback(StoreOwned):
    """Money, credit or new goods given for a return. waiting → done, or failed.

    A refund waits until the shop's system has done it. `amount_minor` counts against what was paid
    for the order; a bonus does not.
    """

    class Kind(models.TextChoices):
        REFUND = "refund", "Money back"
        CREDIT = "credit", "Store credit"
        EXCHANGE = "exchange", "New goods"

    class Status(models.TextChoices):
        WAITING = "waiting", "Being carried out"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    asked = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="paybacks")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="paybacks")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WAITING)
    once = models.CharField(max_length=64)
    amount_minor = models.BigIntegerField()
    bonus_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    command = models.OneToOneField(
        PlatformCommand, null=True, blank=True, on_delete=models.SET_NULL, related_name="payback"
    )
    refund = models.OneToOneField(
        "orders.Refund", null=True, blank=True, on_delete=models.SET_NULL, related_name="payback"
    )
    is_ours = models.BooleanField(default=True, help_text="Not found among the shop's own refunds.")
    by = models.CharField(max_length=160, blank=True)
    problem = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asked", "once"], name="a_payback_is_made_once"),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gte=0, bonus_minor__gte=0),
                name="a_payback_is_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_status_display().lower()})"


class PaybackLimit(StoreOwned):
    """What may still be given back of one order, kept by the database itself.

    `elsewhere_minor` is what the shop gave back without us, never counted beyond what is left:
    whatever a shop does is told, not forbidden. `ours_minor` grows with each payback that we make.
    """

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="payback_limit")
    paid_minor = models.BigIntegerField()
    elsewhere_minor = models.BigIntegerField(default=0)
    ours_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ours_minor__gte=0, elsewhere_minor__gte=0)
                & models.Q(paid_minor__gte=models.F("ours_minor") + models.F("elsewhere_minor")),
                name="never_more_back_than_was_paid",
            )
        ]

    def __str__(self) -> str:
        return f"At most {self.paid_minor}"
