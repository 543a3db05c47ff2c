"""Bearer tokens of the REST API: shown once, stored hashed, limited to scopes."""

from django.db import models

from core.ids import new_public_id
from core.stores.owned import StoreOwned


class ApiToken(StoreOwned):
    """One token. `scopes` are words like ``events:write``."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    name = models.CharField(max_length=120)
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "API token"
        verbose_name_plural = "API tokens"

    def __str__(self) -> str:
        return self.name
