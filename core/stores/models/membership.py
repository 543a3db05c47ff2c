"""Who may do what in which store."""

from django.db import models


class Membership(models.Model):
    """One user's place in one store."""

    class Role(models.TextChoices):
        OWNER = "owner", "Owner"
        MARKETER = "marketer", "Marketer"
        AGENT = "agent", "Support agent"
        VIEWER = "viewer", "Viewer"

    user = models.ForeignKey("stores.User", on_delete=models.CASCADE, related_name="memberships")
    store = models.ForeignKey("stores.Store", on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.VIEWER)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "store"], name="one_membership_per_store")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.store} ({self.get_role_display()})"
