"""What a customer says of a problem: what, with which lines, in their words, with photos."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.base import ContentFile, File
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.files.pictures import PictureRefused, take_picture
from orders.models import OrderLine
from support.models import Problem

MOST_PHOTOS = 4
KINDS: dict[str, Promise] = {
    Problem.Kind.DAMAGED: _("It arrived damaged"),
    Problem.Kind.WRONG: _("Something else arrived"),
    Problem.Kind.MISSING: _("Something is missing"),
    Problem.Kind.FAULTY: _("It does not work"),
    Problem.Kind.NOT_HERE: _("It has not arrived"),
    Problem.Kind.OTHER: _("Something else"),
}
REFUSED: dict[str, Promise] = {
    "too_big": _("A photo is too large. At most 15 MB each, please."),
    "too_many_pixels": _("A photo is too large. At most 15 MB each, please."),
    "not_a_picture": _("One of the files is no photo. JPEG, PNG and WebP can be taken."),
}


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several pictures, each decoded and written anew."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> Sequence[ContentFile]:
        given: Sequence[File] = [one for one in data or () if one]
        if len(given) > MOST_PHOTOS:
            raise forms.ValidationError(_("At most four photos, please."))
        try:
            return [take_picture(file=one) for one in given]
        except PictureRefused as no:
            raise forms.ValidationError(str(REFUSED[no.why])) from no


class ProblemForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=list(KINDS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one.")},
    )
    lines = forms.MultipleChoiceField(
        label=_("What is it about? (You need not say)"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    text = forms.CharField(
        label=_("In your words"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Please fill this in.")},
    )
    photos = PhotosField(
        label=_("Photos (up to four)"),
        required=False,
        widget=ManyFiles(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    once = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)

    def __init__(self, *args: Any, bought: Sequence[OrderLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lines"].choices = [(str(line.pk), line.title) for line in bought]  # type: ignore[attr-defined]
