"""What customers type about themselves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.models import Customer

NEEDED = {"required": _("Please fill this in.")}


def _line(label: Any, auto: str, *, required: bool = True, longest: int = 120) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=longest,
        error_messages=NEEDED,
        widget=forms.TextInput(attrs={"autocomplete": auto}),
    )


class ProfileForm(forms.Form):
    first_name = _line(_("First name"), "given-name", required=False)
    last_name = _line(_("Last name"), "family-name", required=False)
    phone = forms.RegexField(
        r"^\+?[0-9 ()/.-]{6,30}$",
        label=_("Phone"),
        required=False,
        error_messages={"invalid": _("This does not look like a phone number.")},
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    language = forms.ChoiceField(label=_("Language of our mails and these pages"))

    def __init__(self, data: Any, *, customer: Customer, languages: Any, spoken: str) -> None:
        known = {name: getattr(customer, name) for name in ("first_name", "last_name", "phone")}
        super().__init__(data, initial={**known, "language": spoken})
        self.fields["language"].choices = languages  # type: ignore[attr-defined]


class BirthdayForm(forms.Form):
    day = forms.IntegerField(
        label=_("Day"),
        min_value=1,
        max_value=31,
        error_messages=NEEDED,
        widget=forms.TextInput(attrs={"autocomplete": "bday-day", "inputmode": "numeric"}),
    )
    month = forms.IntegerField(
        label=_("Month"),
        min_value=1,
        max_value=12,
        error_messages=NEEDED,
        widget=forms.TextInput(attrs={"autocomplete": "bday-month", "inputmode": "numeric"}),
    )
    year = forms.IntegerField(
        label=_("Year (you need not say)"),
        required=False,
        min_value=1900,
        widget=forms.TextInput(attrs={"autocomplete": "bday-year", "inputmode": "numeric"}),
    )

    def __init__(self, data: Any, *, customer: Customer) -> None:
        parts = ("day", "month", "year")
        super().__init__(
            data, initial={part: getattr(customer, f"birthday_{part}") for part in parts}
        )


class NewAddressForm(forms.Form):
    name = _line(_("Name"), "name")
    company = _line(_("Company"), "organization", required=False)
    street = _line(_("Street and number"), "address-line1")
    street2 = _line(_("Floor, door, c/o"), "address-line2", required=False)
    postcode = _line(_("Postcode"), "postal-code", longest=16)
    city = _line(_("Town"), "address-level2")
    country = forms.RegexField(
        r"^[A-Za-z]{2}$",
        label=_("Country, as two letters"),
        help_text=_("CZ, SK, SI, FI …"),
        error_messages={**NEEDED, "invalid": _("Please write the country as two letters.")},
        widget=forms.TextInput(attrs={"autocomplete": "country", "maxlength": 2}),
    )
