"""Returns: the queue, and everything that is done about one of them."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from core.clock import now as store_now
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.deeds import Refused, deed
from engagement.dashboard.panels import Panel
from engagement.dashboard.return_columns import QueueFilter, ReturnColumns
from engagement.dashboard.return_forms import (
    DoneForm,
    NotDoneForm,
    OnceForm,
    ReceiveForm,
    RefundForm,
    RefuseForm,
    waiting_of,
)
from engagement.dashboard.return_panels import return_panels
from orders.models import Payback, Return
from orders.operations.decide_return import approve_return, refuse_return
from orders.operations.exchange_return import exchange_return
from orders.operations.pay_back import (
    close_return,
    confirm_payback,
    credit_return,
    fail_payback,
    refund_return,
)
from orders.operations.receive_return import receive_return
from orders.operations.return_steps import TooLate
from orders.returns.queue import counts
from orders.returns.report import report_of

Status = Return.Status


def is_waiting(row: Return) -> bool:
    return bool(waiting_of(row))


def is_under_way(row: Return) -> bool:
    return row.status in Return.UNDER_WAY


def may_pay(row: Return) -> bool:
    return is_under_way(row) and not is_waiting(row)


def done(deed: Callable[[], Any]) -> None:
    """Do it; a no is told to the person who pressed."""
    try:
        deed()
    except TooLate as no:
        raise Refused(str(no)) from no


@admin.register(Return)
class ReturnAdmin(ReturnColumns, StoreAdmin):
    area = "returns"
    empty_words = (
        "Nothing has come back yet. Customers ask for returns on the order's page; by which rules, "
        "you set under Set-up, Return policies."
    )
    ordering = ("-requested_at", "-id")
    sortable_by = ()
    search_fields = ("reference",)
    found_by_index = ("reference", "queue")
    search_help_text = "Beginning of the return's number, like R-7K3M"
    list_display = ("reference", "asked", "of_order", "wanted", "worth", "state", "waits")
    list_filter = (QueueFilter, "status", "outcome", "kind")
    list_select_related = ("order",)
    list_before_template = "dashboard/returns/counts.html"
    editable = ("staff_note",)
    actions = ("approve",)
    actions_detail = (
        *("approve", "refuse", "receive", "refund", "give_credit", "exchange"),
        *("is_done", "was_not_done", "close"),
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    *("reference", "state", "waits", "of_order", "buyer", "wanted", "note"),
                    *("looks", "problem", "staff_note"),
                )
            },
        ),
        (
            "Money",
            {
                "classes": ["tab"],
                "fields": ("goods", "shipping", "fee", "bonus", "new", "worth", "back"),
            },
        ),
        (
            "The way back",
            {
                "classes": ["tab"],
                "fields": ("way", "shop_pays", "carrier", "tracking_number", "exchange_number"),
            },
        ),
        (
            "Decided",
            {
                "classes": ["tab"],
                "fields": (
                    *("decided_by", "decided_at", "reason", "declared_name", "declared_email"),
                ),
            },
        ),
    )

    def panels(self, request: HttpRequest, row: Return) -> Iterable[Panel]:
        return return_panels(row)

    # --- buttons ------------------------------------------------------------------------------

    @deed(
        title="Approve",
        question="The customer is told how to send the goods back.",
        when=lambda row: row.status == Status.REQUESTED,
        icon="check",
    )
    def approve(self, *, request: HttpRequest, row: Return, now: datetime) -> str:
        done(lambda: approve_return(asked=row, by=_who(request), now=now))
        return "Approved. The customer is written to."

    @deed(
        title="Refuse",
        question="The customer is written to, with your reason. The goods may then be asked for again.",
        when=lambda row: row.is_open and not is_waiting(row),
        icon="close",
        danger=True,
        form=RefuseForm,
    )
    def refuse(self, *, request: HttpRequest, row: Return, now: datetime, form: RefuseForm) -> str:
        reason = form.cleaned_data["reason"]
        done(lambda: refuse_return(asked=row, reason=reason, by=_who(request), now=now))
        return "Refused. The customer is written to."

    @deed(
        title="Receive goods",
        question="Write down what is here. You can do so again when more arrives, or to correct it.",
        when=is_under_way,
        icon="inventory",
        go="Write down",
        form=ReceiveForm,
    )
    def receive(
        self, *, request: HttpRequest, row: Return, now: datetime, form: ReceiveForm
    ) -> str:
        done(lambda: receive_return(asked=row, arrived=form.arrived(), by=_who(request), now=now))
        return "Written down. The customer is written to."

    @deed(
        title="Give money back",
        question="It is handed to your shop's system where one can do it, else do it in your shop and "
        "press “It is done” here. Never more than was paid for the order, whoever else gave some back.",
        when=may_pay,
        icon="payments",
        form=RefundForm,
    )
    def refund(self, *, request: HttpRequest, row: Return, now: datetime, form: RefundForm) -> str:
        made: list[Payback] = []
        done(
            lambda: made.append(
                refund_return(
                    asked=row,
                    amount_minor=form.amount_minor(),
                    is_final=form.cleaned_data["is_final"],
                    once=form.cleaned_data["once"],
                    by=_who(request),
                    now=now,
                )
            )
        )
        if made[0].command_id:
            return "On its way to your shop."
        return "Written down. Give it back in your shop now, then press “It is done”."

    @deed(
        title="Give store credit",
        question=lambda row: (
            "All that is open becomes store credit at once"
            + (", with the bonus that was promised." if row.outcome == "credit" else ".")
        ),
        when=may_pay,
        icon="account_balance_wallet",
        form=OnceForm,
    )
    def give_credit(
        self, *, request: HttpRequest, row: Return, now: datetime, form: OnceForm
    ) -> str:
        once = form.cleaned_data["once"]
        done(lambda: credit_return(asked=row, once=once, by=_who(request), now=now))
        return "Given. The customer is written to."

    @deed(
        title="Send new goods",
        question="Handed to your shop's own system where it takes exchanges; else make the order in "
        "your shop and name its number with “It is done”. What the new goods cost less goes back as "
        "money.",
        when=lambda row: may_pay(row) and row.outcome == Return.Outcome.EXCHANGE,
        icon="swap_horiz",
        form=OnceForm,
    )
    def exchange(self, *, request: HttpRequest, row: Return, now: datetime, form: OnceForm) -> str:
        once = form.cleaned_data["once"]
        done(lambda: exchange_return(asked=row, once=once, by=_who(request), now=now))
        return "Written down."

    @deed(
        title="It is done",
        question="For what you have seen done in your shop, where its news do not tell us.",
        when=is_waiting,
        icon="done_all",
        form=DoneForm,
    )
    def is_done(self, *, request: HttpRequest, row: Return, now: datetime, form: DoneForm) -> str:
        number = form.cleaned_data.get("number", "")
        done(lambda: confirm_payback(payback=form.chosen(), number=number, now=now))
        return "Noted as done. The customer is written to."

    @deed(
        title="It was not done",
        question="Only where you have looked in your shop: what was counted may be given anew, and "
        "would be given twice if it had arrived after all.",
        when=is_waiting,
        icon="undo",
        danger=True,
        form=NotDoneForm,
    )
    def was_not_done(
        self, *, request: HttpRequest, row: Return, now: datetime, form: NotDoneForm
    ) -> str:
        words = f"Not done, says {_who(request)}"
        done(lambda: fail_payback(payback=form.chosen(), problem=words, now=now))
        return "Noted. It can be given in another way now."

    @deed(
        title="Close",
        question="Nothing more is given for it: what went back so far is all.",
        when=may_pay,
        icon="task_alt",
        danger=True,
    )
    def close(self, *, request: HttpRequest, row: Return, now: datetime) -> str:
        done(lambda: close_return(asked=row, by=_who(request), now=now))
        return "Closed."

    # --- pages --------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("reasons/", view(self.reasons_view), name="orders_return_reasons"),
            path(
                "<path:object_id>/photo/<int:number>/",
                view(self.photo_view),
                name="orders_return_photo",
            ),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        found = []
        if request.store is not None and self.has_view_permission(request):  # type: ignore[attr-defined]
            found = counts(now=store_now(request.store))  # type: ignore[attr-defined]
        return super().changelist_view(request, {"queues": found, **(extra_context or {})})

    def reasons_view(self, request: HttpRequest) -> HttpResponse:
        """Why goods come back, product by product."""
        store = request.store  # type: ignore[attr-defined]
        if store is None or not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": "Why goods come back",
            "list_name": self.list_name,
            "opts": self.opts,
            "report": report_of(store=store, now=store_now(store)),
        }
        return TemplateResponse(request, "dashboard/returns/reasons.html", context)

    def photo_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """A customer's picture, as a download and never as a page."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404("No such return in this store.")
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        photo = row.photos.order_by("pk")[number : number + 1].first()
        if photo is None:
            raise Http404("No such picture.")
        ending = PurePath(photo.file.name).suffix
        name = f"{row.reference}-{number + 1}{ending}"
        return FileResponse(photo.file.open("rb"), as_attachment=True, filename=name)  # type: ignore[return-value]


def _who(request: HttpRequest) -> str:
    return str(request.user.email)  # type: ignore[union-attr]
