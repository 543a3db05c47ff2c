"""Fields that several of the portal's forms ask for, in the same words and with the same rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

NEEDED = {"required": _("Please fill this in.")}


def line(
    label: Any, autocomplete: str, *, required: bool = True, longest: int = 120
) -> forms.CharField:
    """One line of text that the browser can fill in (`autocomplete` is HTML's word for what it is)."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=longest,
        error_messages=NEEDED,
        widget=forms.TextInput(attrs={"autocomplete": autocomplete}),
    )


def phone_line(*, required: bool = True, help_text: Any = "") -> forms.RegexField:
    """A telephone number as people write it."""
    return forms.RegexField(
        r"^\+?[0-9 ()/.-]{6,30}$",
        label=_("Phone"),
        required=required,
        help_text=help_text,
        error_messages={**NEEDED, "invalid": _("This does not look like a phone number.")},
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )


class AddressLines(forms.Form):
    """Where a parcel goes, within a country."""

    name = line(_("Name"), "name")
    company = line(_("Company"), "organization", required=False)
    street = line(_("Street and number"), "address-line1")
    street2 = line(_("Floor, door, c/o"), "address-line2", required=False)
    postcode = line(_("Postcode"), "postal-code", longest=16)
    city = line(_("Town"), "address-level2")
