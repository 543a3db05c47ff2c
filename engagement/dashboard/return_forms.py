"""What is asked when a return is refused, received, paid back or exchanged."""

import secrets
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from core.money import to_decimal, to_minor
from engagement.dashboard.amounts import money
from engagement.dashboard.return_panels import amount
from orders.models import Payback, Return, ReturnLine
from orders.operations.pay_back import payable
from orders.operations.receive_return import Arrived


class RefuseForm(forms.Form):
    """Why not."""

    reason = forms.CharField(
        label="Why not, in words for the customer",
        max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="In the customer's language: it stands in their mail and on their page as you "
        "write it.",
    )

    def __init__(self, row: Return, data: Any = None) -> None:
        super().__init__(data, initial={"reason": row.reason})


class ReceiveForm(forms.Form):
    """Line by line: how many are here, in what state, and how many go back on the shelf."""

    def __init__(self, row: Return, data: Any = None) -> None:
        super().__init__(data)
        self.lines: Sequence[ReturnLine] = list(row.lines.select_related("order_line"))
        for line in self.lines:
            wanted = line.quantity
            name = f"“{line.order_line.title}”"
            places = 0 if wanted == wanted.to_integral_value() else 3
            self.fields[f"here_{line.pk}"] = forms.DecimalField(
                label=f"{name}: here by now, of {amount(wanted)}",
                min_value=Decimal(0),
                max_value=wanted,
                decimal_places=places,
                initial=amount(line.received_quantity or wanted),
                widget=UnfoldAdminDecimalFieldWidget,
            )
            self.fields[f"state_{line.pk}"] = forms.ChoiceField(
                label=f"{name}: state",
                choices=ReturnLine.Condition.choices,
                initial=line.condition or ReturnLine.Condition.AS_NEW,
                widget=UnfoldAdminSelectWidget,
            )
            self.fields[f"shelf_{line.pk}"] = forms.DecimalField(
                label=f"{name}: of these, back on the shelf",
                min_value=Decimal(0),
                max_value=wanted,
                decimal_places=places,
                initial=amount(line.restocked_quantity),
                widget=UnfoldAdminDecimalFieldWidget,
                help_text="For your records and your own system; your shop's stock is not changed.",
            )

    def arrived(self) -> list[Arrived]:
        """What was typed, as the operation takes it."""
        told = self.cleaned_data
        return [
            Arrived(
                line_id=line.pk,
                quantity=told[f"here_{line.pk}"],
                condition=told[f"state_{line.pk}"],
                restock=told[f"shelf_{line.pk}"],
            )
            for line in self.lines
        ]


class OnceForm(forms.Form):
    """A form sent twice gives once."""

    once = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)

    def __init__(self, row: Return, data: Any = None) -> None:
        super().__init__(data, initial={"once": secrets.token_hex(16)})
        self.row = row


class RefundForm(OnceForm):
    """How much money goes back."""

    amount = forms.DecimalField(
        label="Amount", min_value=Decimal("0.01"), widget=UnfoldAdminDecimalFieldWidget
    )
    is_final = forms.BooleanField(
        label="With this the return is settled",
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text="Leave it off where more is to follow.",
    )

    def __init__(self, row: Return, data: Any = None) -> None:
        super().__init__(row, data)
        lines = list(row.lines.all())
        some = any(line.received_quantity for line in lines)
        is_awaited = some and any(line.received_quantity < line.quantity for line in lines)
        field = self.fields["amount"]
        field.initial = to_decimal(minor=payable(row), currency=row.currency)
        field.help_text = f"In {row.currency}. Proposed: what is open for what has arrived."
        self.fields["is_final"].initial = not is_awaited

    def amount_minor(self) -> int:
        return to_minor(amount=self.cleaned_data["amount"], currency=self.row.currency)


class DoneForm(forms.Form):
    """Which of what is under way has been done, and under which number."""

    payback = forms.ChoiceField(label="What has been done", widget=UnfoldAdminSelectWidget)
    number = forms.CharField(
        label="Number of the new order",
        required=False,
        max_length=64,
        widget=UnfoldAdminTextInputWidget,
        help_text="For an exchange.",
    )

    def __init__(self, row: Return, data: Any = None) -> None:
        super().__init__(data)
        self.waiting = {str(one.pk): one for one in waiting_of(row)}
        choices = [
            (pk, f"{one.get_kind_display()}: {money(one.amount_minor, one.currency)}")
            for pk, one in self.waiting.items()
        ]
        self.fields["payback"].choices = choices  # type: ignore[attr-defined]
        if all(one.kind != Payback.Kind.EXCHANGE for one in self.waiting.values()):
            del self.fields["number"]

    def chosen(self) -> Payback:
        return self.waiting[self.cleaned_data["payback"]]


class NotDoneForm(DoneForm):
    """Which of what was under way was not done."""

    def __init__(self, row: Return, data: Any = None) -> None:
        super().__init__(row, data)
        self.fields["payback"].label = "What was not done"
        self.fields.pop("number", None)


def waiting_of(row: Return) -> list[Payback]:
    """What is under way for the return. One query a page."""
    known: list[Payback] | None = row.__dict__.get("_waiting")
    if known is None:
        known = list(row.paybacks.filter(status=Payback.Status.WAITING).order_by("pk"))
        row.__dict__["_waiting"] = known
    return known
