"""A wish to be let in, whether or not there is anybody to let in."""

from datetime import timedelta

from django.db import models

from core.ids import new_public_id
from core.stores.owned import StoreOwned
from engagement.preferences.login_links import LOGIN_MINUTES

LASTS = timedelta(minutes=LOGIN_MINUTES)
TRIES = 5


class LoginRequest(StoreOwned):
    """One request for a link. It looks the same for those we know and those we do not.

    The link and the code in the mail are sealed from `public_id`, so that neither is kept here.
    `customer` is filled in after the answer was given, when somebody by these particulars is found.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    order_number = models.CharField(max_length=64)
    email = models.EmailField()
    browser_hash = models.CharField(max_length=64, help_text="Of the browser that asked.")
    customer = models.ForeignKey(
        "orders.Customer", null=True, on_delete=models.CASCADE, related_name="+"
    )
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="login_requests_by_end")]

    def __str__(self) -> str:
        return f"Asked {self.created_at:%Y-%m-%d %H:%M}"
