"""Texts that a merchant writes in each language of their mails: one field a language."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from core.stores.models.store import LANGUAGES

LONGEST_LINE, LONGEST_TEXT = 200, 5000


def fields_of(*names: str) -> tuple[str, ...]:
    """The form's names of these texts."""
    return tuple(f"{name}_{code}" for name in names for code, _ in LANGUAGES)


def texts_fields(name: str, *, label: str, rows: int = 0) -> dict[str, forms.Field]:
    """Form fields for the text `name`; of several lines with `rows`."""
    return {
        f"{name}_{code}": forms.CharField(
            label=f"{label} ({language})",
            required=False,
            max_length=LONGEST_TEXT if rows else LONGEST_LINE,
            widget=UnfoldAdminTextareaWidget(attrs={"rows": rows, "lang": code})
            if rows
            else UnfoldAdminTextInputWidget(attrs={"lang": code}),
        )
        for code, language in LANGUAGES
    }


class TextsForm(forms.ModelForm):
    """Keeps the texts named in `texts` by language; `needed` are those that must be said in one."""

    texts: Sequence[str] = ()
    needed: Sequence[str] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.texts:
            kept: Mapping[str, str] = getattr(self.instance, name) or {}
            for code, _ in LANGUAGES:
                self.initial[f"{name}_{code}"] = kept.get(code, "")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in self.texts:
            said = {
                code: text
                for code, _ in LANGUAGES
                if (text := str(cleaned.get(f"{name}_{code}") or "").strip())
            }
            setattr(self.instance, name, said)
            first = f"{name}_{LANGUAGES[0][0]}"
            if not said and name in self.needed and first in self.fields:
                self.add_error(first, "Say it in one language at least.")
        return cleaned
