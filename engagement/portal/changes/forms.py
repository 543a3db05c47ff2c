"""What customers type when they ask to change an order."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.models import Order

Wanted = dict[str, Any]
NEEDED = {"required": _("Please fill this in.")}


def _line(label: Any, auto: str, *, required: bool = True, longest: int = 120) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=longest,
        error_messages=NEEDED,
        widget=forms.TextInput(attrs={"autocomplete": auto}),
    )


class ChangeForm(forms.Form):
    """What every one of them knows."""

    def __init__(self, data: Any = None, *, order: Order) -> None:
        super().__init__(data, initial=self.known(order))
        self.order = order

    def known(self, order: Order) -> Wanted:
        """What stands in the fields at first."""
        return {}

    @property
    def wanted(self) -> Wanted:
        """What a valid form asks for, as `ask_change` takes it."""
        return {}

    @property
    def said(self) -> str:
        """Why, in the customer's words."""
        return str(self.cleaned_data.get("why", ""))


class CancelForm(ChangeForm):
    why = forms.CharField(
        label=_("Why? (You need not say)"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AddressForm(ChangeForm):
    name = _line(_("Name"), "name")
    company = _line(_("Company"), "organization", required=False)
    street = _line(_("Street and number"), "address-line1")
    street2 = _line(_("Floor, door, c/o"), "address-line2", required=False)
    postcode = _line(_("Postcode"), "postal-code", longest=16)
    city = _line(_("Town"), "address-level2")

    def known(self, order: Order) -> Wanted:
        lines = order.shipping_address or {}
        return {name: lines.get(name, "") for name in self.base_fields}

    @property
    def wanted(self) -> Wanted:
        """Country, region and phone stay: another country is another price and another carrier."""
        return {"address": {**(self.order.shipping_address or {}), **self.cleaned_data}}


class ContactForm(ChangeForm):
    phone = forms.RegexField(
        r"^\+?[0-9 ()/.-]{6,30}$",
        label=_("Phone"),
        help_text=_("The carrier rings it, so with the country's number: +420 …"),
        error_messages={**NEEDED, "invalid": _("This does not look like a phone number.")},
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )

    def known(self, order: Order) -> Wanted:
        return {"phone": (order.shipping_address or {}).get("phone", "")}

    @property
    def wanted(self) -> Wanted:
        return {"phone": self.cleaned_data["phone"].strip()}


class NoteForm(ChangeForm):
    note = forms.CharField(
        label=_("Note for the delivery"),
        max_length=300,
        error_messages=NEEDED,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def known(self, order: Order) -> Wanted:
        return {"note": order.note}

    @property
    def wanted(self) -> Wanted:
        return {"note": self.cleaned_data["note"].strip()}


FORMS: dict[str, type[ChangeForm]] = {
    "cancel": CancelForm,
    "edit_address": AddressForm,
    "edit_contact": ContactForm,
    "edit_note": NoteForm,
}
