"""What the door asks for."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AskForm(forms.Form):
    """Order number and e-mail."""

    order_number = forms.CharField(
        label=_("Order number"),
        max_length=64,
        help_text=_("It stands in the subject of every mail about your order."),
        error_messages={"required": _("Please fill in the number of any of your orders.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("The one that you ordered with."),
        error_messages={
            "required": _("Please fill in your e-mail address."),
            "invalid": _("This is no e-mail address. Is a letter missing?"),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
