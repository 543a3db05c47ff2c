"""The shop's help page: questions and answers in each language, in order, with drafts."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from core.clock import now as store_now
from core.stores.models.store import LANGUAGES
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.texts import TextsForm, fields_of, texts_fields
from engagement.guides.models import HelpAnswer


class AnswerForm(TextsForm):
    """A language without its answer would show a question that nobody answers."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for code, _language in LANGUAGES:
            if bool(self.instance.question.get(code)) != bool(self.instance.answer.get(code)):
                missing = "answer" if self.instance.question.get(code) else "question"
                if (name := f"{missing}_{code}") in self.fields and not self.errors.get(name):
                    self.add_error(name, "In this language only the other half is written.")
        return cleaned


HelpForm: type[forms.ModelForm] = type(
    "HelpForm",
    (AnswerForm,),
    {
        "texts": ("question", "answer"),
        "needed": ("question", "answer"),
        **texts_fields("question", label="Question"),
        **texts_fields("answer", label="Answer", rows=4),
    },
)


@admin.register(HelpAnswer)
class HelpAnswerAdmin(StoreAdmin):
    form = HelpForm
    area = "guides"
    empty_words = (
        "What customers ask again and again, answered once. It stands on your help page, at "
        "/portal/…/help/."
    )
    list_display = ("named", "position", "is_draft")
    list_filter = ("is_draft",)
    ordering = ("position", "id")
    editable = ("position", "is_draft", *fields_of("question", "answer"))
    add_fields = editable
    fieldsets = ((None, {"fields": editable}),)

    @display(description="Question")
    def named(self, row: HelpAnswer) -> str:
        return str(row)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.created_at = store_now(request.store)  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)
