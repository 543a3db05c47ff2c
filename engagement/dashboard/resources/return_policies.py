"""By what rules goods come back, and for what reasons."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.return_policy_form import ReturnPolicyForm, ReturnReasonForm
from engagement.dashboard.texts import fields_of
from orders.models import ReturnPolicy, ReturnReason

FOR_WHAT = ("name", "preset", "country", "category", "tag")
WINDOW = ("window_days", "starts", "transit_days", "is_final_sale", "is_exempt")
REASONS = ("asks_reason", "reasons", "photo")
OUTCOMES = (
    *("offers_exchange", "exchange_bonus", "exchange_bonus_percent"),
    *("offers_credit", "credit_bonus", "credit_bonus_percent", "credit_days"),
    *("offers_refund", "pays_on_receipt", "refund_within_days"),
)
WAY = (
    *("pays", "fee", "fee_on_refund_only"),
    *("by_label", "by_drop_off", "by_own_parcel", "address", "send_within_days"),
)
APPROVAL = (
    *("approval", "look_above", "look_after_returns", "looks_abroad", "answer_within_days"),
)


@admin.register(ReturnPolicy)
class ReturnPolicyAdmin(StoreAdmin):
    area = "return_policies"
    form = ReturnPolicyForm
    empty_words = (
        "You go by our balanced rules: 30 days from the arrival, exchange, store credit or money back, "
        "customers pay the way unless it is your fault, approved at once. “Add” to set your own, for "
        "all goods, or for a country, a category or a tag."
    )
    ordering = ("id",)
    sortable_by = ()
    list_display = ("name", "for_what", "days", "offered", "who_pays", "preset")
    list_select_related = ("category",)
    editable = (
        *FOR_WHAT,
        *WINDOW,
        *REASONS,
        *OUTCOMES,
        *WAY,
        *APPROVAL,
        *fields_of("instructions"),
    )
    add_fields = ("name", "preset", "country", "category", "tag")
    fieldsets = (
        ("For what", {"fields": FOR_WHAT}),
        ("Until when", {"fields": WINDOW}),
        ("For what reasons", {"fields": REASONS}),
        ("What customers get", {"fields": OUTCOMES}),
        ("The way back", {"fields": (*WAY, *fields_of("instructions"))}),
        ("Who approves", {"fields": APPROVAL}),
    )

    @display(description="For")
    def for_what(self, row: ReturnPolicy) -> str:
        if row.tag:
            return f"Orders tagged {row.tag}"
        if row.category is not None:
            return f"Category {row.category}"
        return f"Orders to {row.country}" if row.country else "All goods"

    @display(description="Until when")
    def days(self, row: ReturnPolicy) -> str:
        if row.is_exempt:
            return "Never"
        return "Final sale" if row.is_final_sale else f"{row.window_days} days"

    @display(description="Offered")
    def offered(self, row: ReturnPolicy) -> str:
        words = {"exchange": "exchange", "credit": "store credit", "refund": "money back"}
        return ", ".join(words[one] for one in row.outcomes)

    @display(description="Who pays the way back")
    def who_pays(self, row: ReturnPolicy) -> str:
        return row.get_pays_display()

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        form.store = request.store  # type: ignore[attr-defined]
        return form


@admin.register(ReturnReason)
class ReturnReasonAdmin(StoreAdmin):
    area = "return_policies"
    form = ReturnReasonForm
    empty_words = (
        "You offer our eight reasons in five languages: too small, too big, not as described, damaged, "
        "something else came, too late, changed my mind, another reason. “Add” to write your own list; "
        "then only yours are offered."
    )
    ordering = ("position", "id")
    sortable_by = ()
    list_display = ("reason", "key", "is_our_fault", "is_looked_at", "is_active")
    add_fields = ("key", *fields_of("texts"), "is_our_fault", "is_looked_at", "position")
    editable = (*fields_of("texts"), "is_our_fault", "is_looked_at", "is_active", "position")
    fieldsets = ((None, {"fields": ("key", *editable)}),)

    @display(description="Reason")
    def reason(self, row: ReturnReason) -> str:
        return str(row)
