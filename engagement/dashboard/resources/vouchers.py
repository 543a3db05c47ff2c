"""Vouchers: given by flows or by hand, used in the shop, taken back here."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminTextInputWidget,
)

from core.clock import now as store_now
from core.money import to_minor
from engagement.dashboard.amounts import money
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.deeds import deed
from engagement.dashboard.panels import AT_MOST, Panel, moment, page_of
from orders.models import PlatformCommand, Voucher
from orders.operations.hand_over_vouchers import key_of
from orders.operations.issue_voucher import BadOffer, Offer, issue_voucher
from orders.operations.revoke_voucher import revoke_voucher

STATES = {
    "Valid": "success",
    "Used": "info",
    "Expired": "warning",
    "Revoked": "danger",
    "Not sent yet": "info",
}


def worth_of(voucher: Voucher) -> str:
    """What it is worth, in a few words."""
    match voucher.kind:
        case Voucher.Kind.VALUE:
            return f"{money(voucher.amount_minor or 0, voucher.currency)} off"
        case Voucher.Kind.PERCENT:
            return f"{voucher.percent} % off"
        case Voucher.Kind.GIFT:
            return f"A gift: {voucher.gift}"
    return voucher.get_kind_display()


class VoucherForm(forms.ModelForm):
    """A voucher by hand. The code is drawn; nobody types one."""

    amount = forms.DecimalField(
        label="Amount off",
        required=False,
        min_value=Decimal("0.01"),
        max_digits=12,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text="In the store's currency, for “Amount off”.",
    )
    least = forms.DecimalField(
        label="From a purchase of",
        required=False,
        min_value=Decimal(0),
        max_digits=12,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text="Empty: from any.",
    )
    until = forms.DateField(
        label="Valid until",
        required=False,
        widget=UnfoldAdminDateWidget,
        help_text="To the end of that day. Empty: for ever.",
    )
    reason = forms.CharField(
        label="Why", max_length=200, widget=UnfoldAdminTextInputWidget, help_text="For your staff."
    )

    class Meta:
        model = Voucher
        fields: tuple[str, ...] = ()
        labels = {
            "kind": "Worth",
            "percent": "Percent off",
            "gift": "What the gift is",
            "products": "Only for",
            "uses_allowed": "May be used so often",
        }

    offer: Offer | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        store, now = self.store, store_now(self.store)  # type: ignore[attr-defined]

        def minor(amount: Decimal | None) -> int | None:
            return None if amount is None else to_minor(amount=amount, currency=store.currency)

        until = cleaned.get("until")
        self.offer = Offer(
            kind=cleaned["kind"],
            amount_minor=minor(cleaned.get("amount")),
            percent=cleaned.get("percent"),
            gift=cleaned.get("gift") or "",
            minimum_minor=minor(cleaned.get("least")) or 0,
            products=list(cleaned.get("products") or ()),
            uses_allowed=cleaned.get("uses_allowed"),
            expires_at=datetime.combine(until + timedelta(days=1), time(), tzinfo=store.zone)
            if until
            else None,
        )
        try:
            self.offer.check(now=now)
        except BadOffer as error:
            raise ValidationError(str(error)) from error
        return cleaned

    def _post_clean(self) -> None:
        """The row is made by `issue_voucher`; there is nothing to check on a draft of it."""


@admin.register(Voucher)
class VoucherAdmin(StoreAdmin):
    area = "vouchers"
    form = VoucherForm
    empty_words = (
        "Vouchers are given by flows (open one and say what it gives) or by hand, with “Add”."
    )
    add_fields = (
        *("customer", "kind", "amount", "percent", "gift", "least"),
        *("products", "uses_allowed", "until", "reason"),
    )
    autocomplete_fields = ("customer", "products")
    search_fields = ("code",)
    found_by_index = ("kind",)
    search_help_text = "Beginning of the code, with its dashes"
    ordering = ("-issued_at", "-id")
    list_display = ("code", "worth", "owner", "reason", "used", "until", "state")
    list_filter = ("kind",)
    list_select_related = ("customer",)
    actions_detail = ("revoke",)
    fieldsets = (
        (None, {"fields": ("code", "state", "worth", "least", "scope", "used", "until")}),
        ("Whose and why", {"fields": ("owner", "reason", "issued_by", "issued_at", "live_at")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).with_uses()  # type: ignore[attr-defined]

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        form.store = request.store  # type: ignore[attr-defined]
        return form

    @display(description="Worth")
    def worth(self, voucher: Voucher) -> str:
        return worth_of(voucher)

    @display(description="For")
    def owner(self, voucher: Voucher) -> str:
        return page_of(voucher.customer) if voucher.customer_id else "Anybody"

    @display(description="From a purchase of")
    def least(self, voucher: Voucher) -> str:
        return money(voucher.minimum_minor, voucher.currency) if voucher.minimum_minor else "Any"

    @display(description="Only for")
    def scope(self, voucher: Voucher) -> str:
        return ", ".join(product.title for product in voucher.products.all()[:10]) or "Anything"

    @display(description="Used")
    def used(self, voucher: Voucher) -> str:
        allowed = voucher.uses_allowed
        return f"{voucher.uses} of {allowed}" if allowed else f"{voucher.uses} times"  # type: ignore[attr-defined]

    @display(description="Valid until")
    def until(self, voucher: Voucher) -> str:
        return moment(voucher.expires_at)

    @display(description="State", label=STATES)
    def state(self, voucher: Voucher) -> str:
        return voucher.state(uses=voucher.uses, now=store_now(voucher.store))  # type: ignore[attr-defined]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        store = request.store  # type: ignore[attr-defined]
        made = issue_voucher(
            store=store,
            offer=form.offer,
            customer=form.cleaned_data.get("customer"),
            reason=form.cleaned_data["reason"],
            by=request.user.email,  # type: ignore[union-attr]
            now=store_now(store),
        )
        obj.pk, obj.code, obj.store_id = made.pk, made.code, made.store_id

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Its products went with it."""

    def panels(self, request: HttpRequest, row: Voucher) -> Iterable[Panel]:
        used = row.redemptions.select_related("order", "voucher").order_by("-redeemed_at")
        yield Panel(
            title="Orders that used it",
            heads=("Order", "Placed", "Took off"),
            rows=[
                (
                    page_of(use.order),
                    moment(use.redeemed_at),
                    money(use.amount_minor, use.order.currency),
                )
                for use in used[:AT_MOST]
            ],
            empty="Not used yet. An order that is canceled gives it back.",
        )

        made = PlatformCommand.objects.filter(key=key_of(row)).select_related("connection")
        yield Panel(
            title="In your shop's system",
            heads=("Where", "State", "Why", "When"),
            rows=[
                (
                    page_of(one, one.connection.get_platform_display()),
                    one.get_status_display(),
                    one.error or "–",
                    moment(one.settled_at or one.created_at),
                )
                for one in made
            ],
            empty="Not handed over: no system of yours takes codes, or it was given before one was "
            "connected. Enter the code there by hand.",
        )

    @deed(
        title="Take back",
        question="The code is worth nothing from now on. Take it out of your shop as well. Orders "
        "that used it keep what they got.",
        when=lambda voucher: voucher.revoked_at is None,
        icon="block",
        danger=True,
    )
    def revoke(self, *, request: HttpRequest, row: Voucher, now: datetime) -> str:
        revoke_voucher(voucher=row, now=now)
        return f"{row.code} is worth nothing any more."
