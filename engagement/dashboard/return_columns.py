"""How a return reads in a list and on its page."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from core.clock import now as store_now
from engagement.dashboard.amounts import money
from engagement.dashboard.panels import moment, page_of
from engagement.dashboard.return_panels import what
from orders.models import Return
from orders.returns.queue import QUEUES, rows_of

Status = Return.Status
STATES = {
    "Waits for your answer": "warning",
    "Approved": "info",
    "On its way back": "info",
    "Received": "warning",
    "Done": "success",
    "Refused": "danger",
    "Canceled by the customer": "danger",
}
LOOKS = {
    "unpaid": "nobody told us that the order was paid",
    "delivery_unknown": "the time may be over: when the parcel arrived is not known",
    "product": "you look at each return of this product",
    "abroad": "it comes from another country",
    "many_returns": "this customer has sent back more than you take unseen",
    "value": "it is worth more than you take back unseen",
    "by_hand": "you look at every return",
    "reason": "you look into this reason",
}


class QueueFilter(admin.SimpleListFilter):
    """By what is to be done about it."""

    title = "what is to be done"
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(QUEUES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        name = self.value()
        if name not in QUEUES:
            return queryset
        return rows_of(queryset, queue=name, now=store_now(request.store))  # type: ignore[attr-defined]


class ReturnColumns:
    """What `ReturnAdmin` shows of one return."""

    @display(description="Asked for")
    def asked(self, row: Return) -> str:
        return moment(row.requested_at)

    @display(description="Order")
    def of_order(self, row: Return) -> str:
        return page_of(row.order)

    @display(description="Customer")
    def buyer(self, row: Return) -> str:
        return page_of(row.customer)

    @display(description="What is wanted")
    def wanted(self, row: Return) -> str:
        return what(row)

    @display(description="State", label=STATES)
    def state(self, row: Return) -> str:
        return row.get_status_display()

    @display(description="Waits for")
    def waits(self, row: Return) -> str:
        """The next thing, and until when."""
        if row.status == Status.REQUESTED:
            return f"Your answer by {moment(row.answer_by)}"
        if row.status in (Status.APPROVED, Status.SENT):
            return f"The goods by {moment(row.send_by)}"
        if row.status == Status.RECEIVED:
            return f"{what(row)} by {moment(row.pay_by)}"
        return "–"

    @display(description="Why you look at it")
    def looks(self, row: Return) -> str:
        words = [LOOKS.get(word, word) for word in row.looked_at_because]
        return "; ".join(words).capitalize() or "Nothing: your rules allow it"

    @display(description="Paid for the goods")
    def goods(self, row: Return) -> str:
        return money(row.goods_minor, row.currency)

    @display(description="Delivery that goes back as well")
    def shipping(self, row: Return) -> str:
        return money(row.shipping_minor, row.currency)

    @display(description="Fee")
    def fee(self, row: Return) -> str:
        return money(row.fee_minor, row.currency)

    @display(description="Bonus")
    def bonus(self, row: Return) -> str:
        return money(row.bonus_minor, row.currency)

    @display(description="New goods cost")
    def new(self, row: Return) -> str:
        return money(row.new_goods_minor, row.currency) if row.new_goods_minor else "–"

    @display(description="Worth")
    def worth(self, row: Return) -> str:
        return money(row.due_minor, row.currency)

    @display(description="Given back so far")
    def back(self, row: Return) -> str:
        return money(row.paid_back_minor, row.currency)
