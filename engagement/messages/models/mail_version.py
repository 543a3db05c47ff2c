"""A store's own words and looks for its mails: versions that never change, and drafts."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F

from core.stores.owned import StoreOwned, StoreQuerySet, store_manager


class MailVersionQuerySet(StoreQuerySet):
    def standing(self) -> "MailVersionQuerySet":
        """Those that were not taken back."""
        return self.filter(withdrawn_at=None)

    def in_force_order(self) -> "MailVersionQuerySet":
        """The one that counts at a moment is the last of these with ``live_from`` before it."""
        return self.order_by(F("live_from"), F("number"))


class MailVersion(StoreOwned):
    """What a store wrote itself for one mail in one language, from `live_from` (store's time) on.

    `template` is a mail's key, or ``_shared`` for words that many mails share. `language` is empty
    for the look: picture, links, colours and hidden blocks, the same in every language. `content`
    holds what differs from what is shipped; empty means as shipped.
    """

    template = models.CharField(max_length=48)
    language = models.CharField(max_length=8, blank=True)
    number = models.PositiveIntegerField()
    content = models.JSONField(default=dict)
    live_from = models.DateTimeField()
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=160, blank=True)
    restored_from = models.PositiveIntegerField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    broke_at = models.DateTimeField(
        null=True, blank=True, help_text="When a mail first had to use the shipped words instead."
    )
    broke_detail = models.CharField(max_length=300, blank=True)

    objects = store_manager(MailVersionQuerySet)  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "template", "language", "number"],
                name="one_mail_version_per_number",
            )
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.language or 'look'} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("A mail version is never changed; publish a new one.")
        super().save(*args, **kwargs)


class MailDraft(StoreOwned):
    """What somebody has typed and not yet published. `base_number` is the version it began from."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    template = models.CharField(max_length=48)
    language = models.CharField(max_length=8, blank=True)
    content = models.JSONField(default=dict)
    base_number = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "template", "language", "author"],
                name="one_mail_draft_per_author",
            )
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.language or 'look'}, draft"
