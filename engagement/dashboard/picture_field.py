"""Pictures from a merchant's disk, in forms: written anew or refused in words."""

from typing import Any

from django import forms
from django.core.files.base import ContentFile, File
from unfold.widgets import UnfoldAdminFileFieldWidget

from core.files.pictures import PictureRefused, take_picture

REFUSED = {
    "too_big": "The file is larger than 15 MB.",
    "not_a_picture": "This is no picture that we can read; take a JPEG, PNG or WebP.",
    "too_many_pixels": "The picture has too many pixels; make it smaller first.",
}


def read_picture(file: File) -> ContentFile:
    """The picture without what the camera wrote (A15). Raises `ValidationError` in words."""
    try:
        return take_picture(file=file)
    except PictureRefused as no:
        raise forms.ValidationError(REFUSED[no.why]) from no


class PictureField(forms.FileField):
    """Its value is the picture as it will be kept, or None."""

    widget = UnfoldAdminFileFieldWidget

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        return read_picture(file) if file else None
