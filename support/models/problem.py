"""What a customer reports of an order: what is wrong, with which lines, in their words, with photos."""

from django.db import models

from core.ids import new_public_id
from core.stores.owned import StoreOwned


class Problem(StoreOwned):
    """One report. `once` names the form it came with: sent twice, it is one report."""

    class Kind(models.TextChoices):
        DAMAGED = "damaged", "Arrived damaged"
        WRONG = "wrong", "Something else arrived"
        MISSING = "missing", "Something is missing"
        FAULTY = "faulty", "It does not work"
        NOT_HERE = "not_here", "It has not arrived"
        OTHER = "other", "Something else"

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="problems")
    customer = models.ForeignKey(
        "orders.Customer", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    lines = models.ManyToManyField("orders.OrderLine", blank=True, related_name="+")
    text = models.TextField(max_length=4000, blank=True, help_text="In the customer's words.")
    once = models.CharField(max_length=32)
    reported_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "once"], name="a_problem_is_reported_once")
        ]
        indexes = [
            models.Index(
                fields=["store", "reported_at"],
                name="problems_that_wait",
                condition=models.Q(settled_at__isnull=True),
            ),
            models.Index(fields=["store", "-reported_at"], name="problems_latest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: order {self.order.number}"


class ProblemPhoto(StoreOwned):
    """A picture that belongs to a report, written anew when it was taken in (A15)."""

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="photos")
    file = models.FileField(upload_to="problems/%Y/%m/")

    def __str__(self) -> str:
        return f"Photo {self.pk} of {self.problem}"
