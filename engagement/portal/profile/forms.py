"""What customers type about themselves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from engagement.portal.fields import NEEDED, AddressLines, line, phone_line
from orders.models import Customer


class ProfileForm(forms.Form):
    first_name = line(_("First name"), "given-name", required=False)
    last_name = line(_("Last name"), "family-name", required=False)
    phone = phone_line(required=False)
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


class NewAddressForm(AddressLines):
    country = forms.RegexField(
        r"^[A-Za-z]{2}$",
        label=_("Country, as two letters"),
        help_text=_("CZ, SK, SI, FI …"),
        error_messages={**NEEDED, "invalid": _("Please write the country as two letters.")},
        widget=forms.TextInput(attrs={"autocomplete": "country", "maxlength": 2}),
    )
