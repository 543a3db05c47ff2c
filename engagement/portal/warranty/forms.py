"""What owners and outside parties type."""

from datetime import date
from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from core.files.pictures import PictureRefused, take_picture
from engagement.portal.fields import NEEDED
from engagement.portal.warranty.words import OUTCOMES, PICTURES
from orders.models.claim import MOST_PHOTOS


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class Pictures(forms.FileField):
    """Up to `MOST_PHOTOS` pictures, each written anew (A15)."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[ContentFile]:
        files = [file for file in (data or []) if file]
        if len(files) > MOST_PHOTOS:
            raise forms.ValidationError(str(PICTURES["too_many"]))
        try:
            return [take_picture(file=file) for file in files]
        except PictureRefused as no:
            raise forms.ValidationError(str(PICTURES[no.why])) from no


class ClaimForm(forms.Form):
    what = forms.CharField(
        label=_("What is wrong with it?"),
        help_text=_("Since when, and when does it show? The more exact, the quicker it goes."),
        max_length=2000,
        error_messages=NEEDED,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    photos = Pictures(
        label=_("Pictures (you need not)"),
        help_text=_("Up to six. We keep what is to be seen, not where they were taken."),
        required=False,
        widget=SeveralFiles(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )


class RegisterForm(forms.Form):
    serial = forms.RegexField(
        r"^[\w ./#-]{3,80}$",
        label=_("Serial number"),
        error_messages={**NEEDED, "invalid": _("This does not look like a serial number.")},
    )
    bought_on = forms.DateField(
        label=_("Bought on"),
        error_messages={**NEEDED, "invalid": _("Please give a day, like 2026-03-31.")},
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        error_messages={**NEEDED, "invalid": _("This does not look like an e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data)
        self.today = today

    def clean_bought_on(self) -> date:
        day: date = self.cleaned_data["bought_on"]
        if day > self.today or day.year < 1990:
            raise forms.ValidationError(_("This day cannot be."))
        return day


class AnswerForm(forms.Form):
    """What an outside party says: taken on, refused with a reason, or how it was settled."""

    answer = forms.ChoiceField(
        choices=[
            ("accept", _("We take it on")),
            *((key, OUTCOMES[key]) for key in ("repaired", "replaced")),
            ("refuse", _("We do not: see the reason")),
        ],
        label=_("Your answer"),
        error_messages=NEEDED,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason, if you do not take it on"),
        help_text=_("The customer reads it as you write it."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("answer") == "refuse" and not str(cleaned.get("reason") or "").strip():
            self.add_error("reason", NEEDED["required"])
        return cleaned
