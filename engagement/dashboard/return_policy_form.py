"""A return policy as a merchant writes it: a preset to begin from, money in the shop's currency."""

from decimal import Decimal
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminDecimalFieldWidget,
)

from core.money import to_decimal, to_minor
from engagement.dashboard.texts import TextsForm, texts_fields
from orders.models import ReturnPolicy
from orders.returns.presets import PRESETS, follow_preset, preset_of
from orders.returns.reasons import reasons_of

# Field of the form → column in minor units.
MONEY = {
    "fee": "fee_minor",
    "exchange_bonus": "exchange_bonus_minor",
    "credit_bonus": "credit_bonus_minor",
    "look_above": "look_above_minor",
}


def amount_field(label: str, help_text: str = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=Decimal(0),
        max_digits=9,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text=f"In the store's currency. {help_text}".strip(),
    )


class PolicyRulesForm(TextsForm):
    """Presets fill the rules in; whatever is changed afterwards makes them the shop's own."""

    texts = ("instructions",)
    fee = amount_field("Fee for a return", "Never where it is your fault, nor for a withdrawal.")
    exchange_bonus = amount_field("Bonus for an exchange", "Makes the new goods cheaper.")
    credit_bonus = amount_field("Bonus for store credit", "On top of the credit.")
    look_above = amount_field("Look at returns worth more than", "Empty: never for that.")
    reasons = forms.MultipleChoiceField(
        label="Reasons that are taken",
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="None ticked: any reason.",
    )

    store: Any = None

    class Meta:
        labels = {
            "name": "What you call it",
            "preset": "Begin from",
            "country": "Only for orders to this country",
            "category": "Only for this category",
            "tag": "Only for orders with this tag",
            "window_days": "Days in which goods may come back",
            "starts": "… counted from",
            "transit_days": "Days on the way, where no carrier tells of the arrival",
            "is_final_sale": "Final sale: these goods do not come back",
            "is_exempt": "By law these goods never come back",
            "asks_reason": "A reason has to be chosen",
            "photo": "A photo is needed",
            "offers_exchange": "Exchange is offered",
            "offers_credit": "Store credit is offered",
            "offers_refund": "Money back is offered",
            "exchange_bonus_percent": "… and so many percent",
            "credit_bonus_percent": "… and so many percent",
            "credit_days": "Credit is valid for (days)",
            "pays": "Who pays the way back",
            "fee_on_refund_only": "The fee is taken off money only, not off credit or exchanges",
            "by_label": "With a label from you",
            "by_drop_off": "At a drop-off point",
            "by_own_parcel": "In a parcel of their own",
            "address": "Where goods are sent",
            "send_within_days": "Days to send the goods once approved",
            "refund_within_days": "Days in which you pay once they are here",
            "pays_on_receipt": "Pay at once when all of it is here as new",
            "approval": "A return is approved",
            "look_after_returns": "Look at customers with so many returns in a year",
            "looks_abroad": "Look at returns from abroad",
            "answer_within_days": "Days in which you answer",
        }
        help_texts = {
            "preset": "Choosing another one and saving fills in window, reasons, outcomes, bonuses, "
            "who pays and approval; change what you like afterwards.",
            "country": "Two letters, like SK. Leave all three empty for the policy for all goods.",
            "tag": "As your shop tags orders, like outlet.",
            "transit_days": "Empty: as in Store settings.",
            "is_final_sale": "The legal right to withdraw stays, where there is one.",
            "is_exempt": "Made to measure, perishable, sealed hygiene goods that were opened: no return "
            "and no withdrawal. Ask a lawyer before you switch it on.",
            "offers_refund": "Where nothing else is offered, money back always is.",
            "credit_days": "Empty: for ever.",
            "look_after_returns": "Empty: never for that.",
            "refund_within_days": "The law gives at most 14 for a withdrawal.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, column in MONEY.items():
            minor = getattr(self.instance, column)
            if minor is not None:
                self.initial[name] = to_decimal(minor=minor, currency=self.store.currency)
        if "reasons" in self.fields:
            self.fields["reasons"].choices = [  # type: ignore[attr-defined]
                (row.key, str(row)) for row in reasons_of(store_id=self.store.pk)
            ]

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).strip().upper()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = [name for name in ("country", "category", "tag") if cleaned.get(name)]
        if len(chosen) > 1:
            raise forms.ValidationError(
                "Choose one of country, category and tag: the most exact policy counts by itself."
            )
        if not chosen and not self.errors and self._is_second():
            raise forms.ValidationError("There is a policy for all goods already: say what for.")
        return cleaned

    def _is_second(self) -> bool:
        for_all = ReturnPolicy.objects.filter(country="", category__isnull=True, tag="")
        return for_all.exclude(pk=self.instance.pk).exists()

    def _post_clean(self) -> None:
        if self.errors:
            return
        for name, column in MONEY.items():
            typed = self.cleaned_data.get(name)
            empty = None if column == "look_above_minor" else 0
            minor = empty if typed is None else to_minor(amount=typed, currency=self.store.currency)
            setattr(self.instance, column, minor)
        super()._post_clean()  # type: ignore[misc]
        wanted = str(self.cleaned_data.get("preset") or ReturnPolicy.Preset.OWN)
        if wanted in PRESETS and (self.instance.pk is None or "preset" in self.changed_data):
            follow_preset(self.instance, preset=wanted)
        else:
            self.instance.preset = preset_of(self.instance)


ReturnPolicyForm: type[forms.ModelForm] = type(
    "ReturnPolicyForm",
    (PolicyRulesForm,),
    texts_fields("instructions", label="How to send it back, in your words", rows=3),
)
# A reason in the languages of the shop's customers.
ReturnReasonForm: type[forms.ModelForm] = type(
    "ReturnReasonForm",
    (TextsForm,),
    {
        "texts": ("texts",),
        "needed": ("texts",),
        **texts_fields("texts", label="The reason"),
    },
)
