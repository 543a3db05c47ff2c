"""Withdrawals declared without an account; those that match no order wait for a person."""

from django.contrib import admin
from unfold.decorators import display

from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.panels import page_of
from orders.models import WithdrawalStatement

STATES = {
    "Being looked up": "info",
    "Found, and receipt sent": "success",
    "Needs a person": "danger",
    "Settled by a person": "success",
}


@admin.register(WithdrawalStatement)
class WithdrawalStatementAdmin(StoreAdmin):
    area = "changes"
    empty_words = (
        "Who withdraws from a contract without logging in stands here. Declarations that fit no "
        "order need your answer: they count by law from the moment they were made."
    )
    list_display = ("stated_at", "name", "order_number", "email", "state", "problem")
    list_filter = ("status",)
    ordering = ("-stated_at", "-id")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    *("stated_at", "name", "order_number", "email"),
                    *("status", "problem", "withdrawal"),
                )
            },
        ),
    )
    editable = ("status",)

    @display(description="State", label=STATES)
    def state(self, row: WithdrawalStatement) -> str:
        return row.get_status_display()

    @display(description="Return")
    def withdrawal(self, row: WithdrawalStatement) -> str:
        return page_of(row.asked.order) if row.asked is not None else "–"
