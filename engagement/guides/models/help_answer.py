"""One question with its answer, on the shop's help page."""

from django.db import models

from core.ids import new_public_id
from core.stores.owned import StoreOwned, StoreQuerySet, store_manager


class HelpAnswerQuerySet(StoreQuerySet):
    def shown(self) -> "HelpAnswerQuerySet":
        """What customers see, in the merchant's order."""
        return self.filter(is_draft=False).order_by("position", "pk")


class HelpAnswer(StoreOwned):
    """Texts are kept by language: ``{"en": …, "cs": …}``; plain words, no markup."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    question = models.JSONField(default=dict)
    answer = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(
        default=100, help_text="Lower numbers stand higher on the page."
    )
    is_draft = models.BooleanField(
        "draft", default=False, help_text="Customers do not see it until this is taken off."
    )
    created_at = models.DateTimeField()

    objects = store_manager(HelpAnswerQuerySet)  # type: ignore[misc]

    class Meta:
        indexes = [
            models.Index(fields=["store", "is_draft", "position"], name="help_answers_in_order")
        ]

    def __str__(self) -> str:
        return next((text for text in self.question.values() if text), "Without a question")
