"""Store credit: every movement, and giving some by hand."""

import secrets
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminTextInputWidget,
)

from core.clock import now as store_now
from core.ledger.models import Movement
from core.money import to_minor
from engagement.dashboard.amounts import money
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.panels import AT_MOST, Panel, moment
from orders.credit import CREDIT, credit_of
from orders.models import CreditMovement, Customer
from orders.operations.give_credit import give_credit

Kind = Movement.Kind
LESS = {Kind.SPEND, Kind.HOLD, Kind.EXPIRE, Kind.TAKE_BACK}
MORE = {Kind.EARN, Kind.GIVE_BACK, Kind.VOID}


def signed(movement: Movement, currency: str) -> str:
    """The amount with its sign; without one where nothing is won or lost by it."""
    sign = "−" if movement.kind in LESS else "+" if movement.kind in MORE else ""
    return f"{sign}{money(movement.amount, currency)}"


def credit_panels(customer: Customer, *, may_give: bool) -> Iterable[Panel]:
    """What the customer has, in each currency, and how it came about."""
    add = f"{reverse('admin:orders_creditmovement_add')}?customer={customer.pk}"
    link = {"link": add, "link_words": "Give credit"} if may_give else {}
    heads = ("When", "What", "Amount", "Why", "By")
    there = credit_of(customer=customer, now=store_now(customer.store), history=AT_MOST)
    for one in there:
        owed = f", owes {money(one.debt_minor, one.currency)}" if one.debt_minor else ""
        yield Panel(
            title=f"Store credit: {money(one.available_minor, one.currency)}{owed}",
            heads=heads,
            rows=[
                (
                    moment(row.happened_at),
                    row.get_kind_display(),
                    signed(row, one.currency),
                    row.reason,
                    row.by,
                )
                for row in one.movements
            ],
            **link,
        )
    if not there:
        yield Panel(title="Store credit", heads=heads, empty="None was given.", **link)


class CreditForm(forms.ModelForm):
    """Credit by hand: to whom, how much, why."""

    customer = forms.CharField(
        label="For",
        max_length=254,
        widget=UnfoldAdminTextInputWidget,
        help_text="Their e-mail address. Or open the customer and press “Give credit” there.",
    )
    amount = forms.DecimalField(
        label="Amount",
        min_value=Decimal("0.01"),
        max_digits=12,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text="In the store's currency.",
    )
    until = forms.DateField(
        label="Valid until",
        required=False,
        widget=UnfoldAdminDateWidget,
        help_text="To the end of that day. Empty: for ever.",
    )
    reason = forms.CharField(
        label="Why",
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text="For your staff; the customer does not see it.",
    )
    # A form sent twice gives once.
    once = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)

    class Meta:
        model = CreditMovement
        fields: tuple[str, ...] = ()

    store: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "once" in self.fields:
            self.fields["once"].initial = lambda: secrets.token_hex(16)

    def clean_customer(self) -> Customer:
        """By e-mail, or by ``#number`` as the customer's own page writes it."""
        typed = self.cleaned_data["customer"].strip()
        rows = Customer.objects.filter(merged_into__isnull=True, erased_at__isnull=True)
        number = typed.removeprefix("#")
        if typed.startswith("#") and number.isascii() and number.isdigit():
            found = rows.filter(pk=int(number[:18])).first()
        else:
            found = rows.filter(email=typed.lower()).first()
        if found is None:
            raise ValidationError("No customer of this store has that address.")
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        until = cleaned.get("until")
        if until and self.ends(until) <= store_now(self.store):
            raise ValidationError("It would have expired already.")
        if not self.errors and self._was_sent_with_other_words(cleaned):
            raise ValidationError("This form was sent already. Open a new one to give more.")
        return cleaned

    def _was_sent_with_other_words(self, cleaned: dict[str, Any]) -> bool:
        sent = Movement.objects.filter(key=f"credit:hand:{cleaned['once']}").first()
        amount = to_minor(amount=cleaned["amount"], currency=self.store.currency)
        whose = str(cleaned["customer"].pk)
        return sent is not None and (sent.amount, sent.purse.owner_id) != (amount, whose)

    def ends(self, day: Any) -> datetime:
        return datetime.combine(day + timedelta(days=1), time(), tzinfo=self.store.zone)

    def _post_clean(self) -> None:
        """The movement is made by `give_credit`; there is nothing to check on a draft of it."""


@admin.register(CreditMovement)
class CreditAdmin(StoreAdmin):
    area = "credit"
    form = CreditForm
    empty_words = "Credit is given for returns, or by hand, with “Add”."
    add_fields = ("customer", "amount", "until", "reason", "once")
    ordering = ("-id",)
    list_display = ("number", "when", "owner", "what", "worth", "reason", "by")
    list_display_links = ("number",)
    list_select_related = ("unit", "purse")
    fieldsets = (
        (None, {"fields": ("owner", "what", "worth", "when")}),
        ("Why", {"fields": ("reason", "by", "subject")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        address = Customer.objects.filter(
            pk=Cast(OuterRef("purse__owner_id"), BigIntegerField())
        ).values("email")[:1]
        rows = super().get_queryset(request).filter(unit__code__startswith=CREDIT)
        return rows.annotate(address=Subquery(address)) if request.store else rows  # type: ignore[attr-defined]

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        form.store = request.store  # type: ignore[attr-defined]
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        number = request.GET.get("customer", "")[:18]
        return {"customer": f"#{number}"} if number.isascii() and number.isdigit() else {}

    @display(description="Number")
    def number(self, movement: CreditMovement) -> str:
        return str(movement.pk)

    @display(description="For")
    def owner(self, movement: CreditMovement) -> str:
        page = reverse("admin:orders_customer_change", args=[movement.purse.owner_id])
        words = movement.address or f"Customer {movement.purse.owner_id}"  # type: ignore[attr-defined]
        return format_html('<a class="text-link underline" href="{}">{}</a>', page, words)

    @display(description="What")
    def what(self, movement: CreditMovement) -> str:
        return movement.get_kind_display()

    @display(description="Amount")
    def worth(self, movement: CreditMovement) -> str:
        return signed(movement, movement.unit.currency)

    @display(description="When")
    def when(self, movement: CreditMovement) -> str:
        return moment(movement.happened_at)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        store = request.store  # type: ignore[attr-defined]
        said = form.cleaned_data
        posted = give_credit(
            customer=said["customer"],
            amount_minor=to_minor(amount=said["amount"], currency=store.currency),
            currency=store.currency,
            occasion=f"hand:{said['once']}",
            reason=said["reason"],
            by=request.user.email,  # type: ignore[union-attr]
            expires_at=form.ends(said["until"]) if said.get("until") else None,
            now=store_now(store),
        )
        obj.pk, obj.store_id = posted.movement.pk, store.pk

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """There is nothing beside it."""
