"""What customers type when they ask to change an order."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from engagement.portal.fields import NEEDED, AddressLines, phone_line
from orders.models import Order

Wanted = dict[str, Any]


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


class AddressForm(AddressLines, ChangeForm):
    def known(self, order: Order) -> Wanted:
        lines = order.shipping_address or {}
        return {name: lines.get(name, "") for name in self.base_fields}

    @property
    def wanted(self) -> Wanted:
        """Country, region and phone stay: another country is another price and another carrier."""
        return {"address": {**(self.order.shipping_address or {}), **self.cleaned_data}}


class ContactForm(ChangeForm):
    phone = phone_line(help_text=_("The carrier rings it, so with the country's number: +420 …"))

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
