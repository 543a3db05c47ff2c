"""What the shop promises, who mends, where claims go, and the guarantees of what was sold."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.decorators import display

from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.deeds import deed
from engagement.dashboard.panels import Panel, moment, page_of
from engagement.dashboard.texts import TextsForm, fields_of, texts_fields
from orders.models import ClaimRule, Guarantee, WarrantyParty, WarrantyTerms
from orders.operations.register_guarantee import check_guarantee
from orders.warranty.law import law_of
from orders.warranty.links import guarantee_url


class AboutForm(TextsForm):
    texts = ("covers",)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "product" in self.fields and not self.errors:
            about = {name: cleaned.get(name) for name in ("product", "category")}
            if all(about.values()):
                raise forms.ValidationError("Choose a product or a category, not both.")
            if WarrantyTerms.objects.filter(**about).exclude(pk=self.instance.pk).exists():
                raise forms.ValidationError("There are terms for it already. Change those.")
        if bool(cleaned.get("offer_months")) != bool(cleaned.get("offer_url")) and not self.errors:
            self.add_error("offer_url", "An offer needs its months and where it is bought.")
        return cleaned


TermsForm: type[forms.ModelForm] = type(
    "TermsForm", (AboutForm,), texts_fields("covers", label="What it covers", rows=3)
)


@admin.register(WarrantyTerms)
class TermsAdmin(StoreAdmin):
    area = "warranty"
    form = TermsForm
    empty_words = (
        "You promise nothing beyond the law, whose floor is kept for you by country. Add your own "
        "guarantee for a product, a category, or (leave both empty) for everything."
    )
    ordering = ("-id",)
    autocomplete_fields = ("product", "category")
    list_display = ("about", "months", "offer_months")
    editable = ("months", "offer_months", "offer_url", *fields_of("covers"))
    add_fields = ("product", "category", *editable)
    fieldsets = ((None, {"fields": ("about", *editable)}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("product", "category")

    @display(description="Of")
    def about(self, row: WarrantyTerms) -> str:
        return str(row.product or row.category or "Everything else")


@admin.register(WarrantyParty)
class PartyAdmin(StoreAdmin):
    area = "warranty"
    empty_words = (
        "You settle every claim yourselves. Add a manufacturer, a service or a maintenance firm, and a "
        "rule that sends claims there: they are mailed and answer on a page of their own."
    )
    ordering = ("name",)
    list_display = ("name", "kind", "email", "answer_days", "is_active")
    editable = ("name", "kind", "email", "language", "answer_days", "needs_address", "is_active")
    add_fields = editable
    fieldsets = ((None, {"fields": editable}),)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # claims name it; switch it off instead


class RuleForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        place = cleaned.get("position")
        others = ClaimRule.objects.filter(position=place or 0).exclude(pk=self.instance.pk)
        if place is not None and others.exists():
            self.add_error("position", "There is a rule in this place already.")
        before = cleaned.get("before_month")
        if before is not None and before <= (cleaned.get("from_month") or 0):
            self.add_error("before_month", "It has to be later than the month it starts with.")
        return cleaned


@admin.register(ClaimRule)
class RuleAdmin(StoreAdmin):
    area = "warranty"
    form = RuleForm
    empty_words = (
        "No rule: you keep every claim. Rules are read by their place; the first that fits says to whom "
        "a claim goes."
    )
    ordering = ("position",)
    autocomplete_fields = ("product", "category")
    list_display = ("position", "about", "country", "from_month", "before_month", "to")
    list_select_related = ("product", "category", "party")
    editable = (
        *("position", "product", "category", "country"),
        *("from_month", "before_month", "party"),
    )
    add_fields = editable
    fieldsets = ((None, {"fields": editable}),)

    @display(description="About")
    def about(self, row: ClaimRule) -> str:
        return str(row.product or row.category or "Everything")

    @display(description="Goes to")
    def to(self, row: ClaimRule) -> str:
        return str(row.party or "Us")


@admin.register(Guarantee)
class GuaranteeAdmin(StoreAdmin):
    area = "warranty"
    empty_words = (
        "None yet. They begin by themselves when an order arrives; things bought elsewhere are "
        "registered by their owners, and wait here until you have looked at them."
    )
    ordering = ("-created_at", "-id")
    sortable_by = ()
    search_fields = ("serial",)
    list_display = ("named", "of_order", "until", "state")
    list_filter = ("source",)
    list_select_related = ("order_line__order",)
    actions = ("genuine",)
    actions_detail = ("genuine",)
    fieldsets = (
        (None, {"fields": ("named", "of_order", "serial", "email", "state", "page")}),
        ("Promised", {"fields": ("starts_on", "law_until", "until", "law", "extended_times")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("order_line__order", "store")

    @display(description="Piece")
    def named(self, row: Guarantee) -> str:
        return row.title

    @display(description="Order")
    def of_order(self, row: Guarantee) -> str:
        return page_of(row.order_line.order if row.order_line else None)

    @display(description="State")
    def state(self, row: Guarantee) -> str:
        if row.ended_at is not None:
            return "Given back"
        return "Stands" if row.checked_at else "To be looked at"

    @display(description="By law")
    def law(self, row: Guarantee) -> str:
        law = law_of(row.country)
        return law.source if law is not None and row.law_until else "–"

    @display(description="Its page for the owner")
    def page(self, row: Guarantee) -> str:
        address = guarantee_url(guarantee=row, store=row.store)
        return format_html('<a class="text-link underline" href="{}">Open</a>', address)

    def panels(self, request: HttpRequest, row: Guarantee) -> Iterable[Panel]:
        yield Panel(
            title="Claims",
            heads=("Opened", "State", "With"),
            rows=[
                (page_of(one, moment(one.opened_at)), one.get_status_display(), one.party or "Us")
                for one in row.claims.select_related("party").order_by("-opened_at")[:50]
            ],
            empty="None.",
        )

    @deed(
        title="It is genuine",
        question="You have seen the receipt: the guarantee counts from now on.",
        when=lambda row: row.checked_at is None and row.ended_at is None,
        icon="verified",
    )
    def genuine(self, *, request: HttpRequest, row: Guarantee, now: datetime) -> str:
        check_guarantee(guarantee=row, now=now)
        return "It counts now."
