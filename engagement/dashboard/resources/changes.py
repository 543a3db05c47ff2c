"""What customers asked to change: the queue, and the rules by which they may."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.deeds import Refused, deed
from engagement.dashboard.panels import AT_MOST, Panel, moment, page_of
from orders.models import ChangeRequest, Order, SelfServicePolicy
from orders.operations.decide_change import (
    TooLate,
    approve_change,
    confirm_change,
    refuse_change,
)
from orders.operations.give_command import connection_for

Status = ChangeRequest.Status
STATES = {
    "Waits for your answer": "warning",
    "Being carried out": "info",
    "Done": "success",
    "Refused": "danger",
}
LINES = ("name", "company", "street", "street2", "postcode", "city", "country")


def in_words(asked: ChangeRequest) -> str:
    """What is wanted, in one line."""
    wanted = asked.wanted
    if asked.kind == ChangeRequest.Kind.EDIT_ADDRESS:
        lines = wanted.get("address") or {}
        return ", ".join(str(lines[name]) for name in LINES if lines.get(name))
    if asked.kind == ChangeRequest.Kind.CANCEL:
        return asked.why or "No reason given"
    return str(wanted.get("phone") or wanted.get("note") or "–")


def changes_panel(order: Order) -> Panel:
    """What the customer asked to change of one order, newest first."""
    return Panel(
        title="What the customer asked for",
        heads=("When", "What", "Wanted", "State", "Why"),
        rows=[
            (
                page_of(asked, moment(asked.asked_at)),
                asked.get_kind_display(),
                in_words(asked),
                asked.get_status_display(),
                asked.reason or asked.get_because_display() or asked.problem,
            )
            for asked in ChangeRequest.objects.filter(order=order).order_by("-asked_at", "-id")[
                :AT_MOST
            ]
        ],
        empty="Nothing.",
    )


class ChangeForm(forms.ModelForm):
    class Meta:
        model = ChangeRequest
        fields = ("reason",)
        labels = {"reason": "Why not, in words for the customer"}
        help_texts = {
            "reason": "For a refusal: write it in the customer's language, save, then press "
            "“Refuse”. It stands in their mail and on their page as you write it."
        }
        widgets = {"reason": UnfoldAdminTextareaWidget(attrs={"rows": 3})}


@admin.register(ChangeRequest)
class ChangeAdmin(StoreAdmin):
    area = "changes"
    form = ChangeForm
    empty_words = (
        "Nobody has asked for anything yet. Customers cancel and change their orders on the order's "
        "page; what they may is set under Set-up, What customers may change."
    )
    ordering = ("-asked_at", "-id")
    sortable_by = ()
    found_by_index = ("status=waiting", "status=approved")
    list_display = ("asked", "of_order", "what", "wish", "state", "trouble")
    list_filter = ("status", "kind")
    list_select_related = ("order",)
    editable = ("reason",)
    actions = ("approve",)
    actions_detail = ("approve", "refuse", "is_done")
    fieldsets = (
        (None, {"fields": ("of_order", "what", "wish", "now_is", "why", "state", "trouble")}),
        ("Your answer", {"fields": ("how", "reason", "decided_by", "decided_at", "settled_at")}),
    )

    @display(description="Asked")
    def asked(self, row: ChangeRequest) -> str:
        return moment(row.asked_at)

    @display(description="Order")
    def of_order(self, row: ChangeRequest) -> str:
        return page_of(row.order)

    @display(description="What")
    def what(self, row: ChangeRequest) -> str:
        return row.get_kind_display()

    @display(description="Wanted")
    def wish(self, row: ChangeRequest) -> str:
        return in_words(row)

    @display(description="As it is now")
    def now_is(self, row: ChangeRequest) -> str:
        order = row.order
        if row.kind == ChangeRequest.Kind.EDIT_NOTE:
            return order.note or "–"
        lines = order.shipping_address or {}
        if row.kind == ChangeRequest.Kind.EDIT_CONTACT:
            return str(lines.get("phone") or "–")
        return ", ".join(str(lines[name]) for name in LINES if lines.get(name)) or "–"

    @display(description="State", label=STATES)
    def state(self, row: ChangeRequest) -> str:
        return row.get_status_display()

    @display(description="Trouble")
    def trouble(self, row: ChangeRequest) -> str:
        return row.problem or row.get_because_display() or "–"

    @display(description="How it is carried out")
    def how(self, row: ChangeRequest) -> str:
        if row.command_id:
            return page_of(row.command)
        connection = connection_for(order=row.order, kind=row.kind)
        if connection is not None:
            return format_html("By us in {}, once you approve", str(connection))
        return "By you, in your shop: no connection can do it. Approve it when you have done so."

    @deed(
        title="Approve",
        question="It is carried out: handed to your shop's system where one is connected, else do it "
        "in your shop now. The customer is written to when it is done.",
        when=lambda row: row.status == Status.WAITING,
        icon="check",
    )
    def approve(self, *, request: HttpRequest, row: ChangeRequest, now: datetime) -> str:
        try:
            done = approve_change(asked=row, by=request.user.email, now=now)  # type: ignore[union-attr]
        except TooLate as error:
            raise Refused(str(error)) from error
        if done.command_id:
            return "Approved, and on its way to your shop."
        return "Approved. Carry it out in your shop now, if you have not yet."

    @deed(
        title="Refuse",
        question="The customer is written to, with the reason that you have saved on this page.",
        when=lambda row: row.status == Status.WAITING,
        icon="close",
        danger=True,
    )
    def refuse(self, *, request: HttpRequest, row: ChangeRequest, now: datetime) -> str:
        if not row.reason.strip():
            raise Refused("Write and save the reason first: the customer deserves one.")
        try:
            refuse_change(asked=row, reason=row.reason, by=request.user.email, now=now)  # type: ignore[union-attr]
        except TooLate as error:
            raise Refused(str(error)) from error
        return "Refused. The customer is written to."

    @deed(
        title="It is done",
        question="For what you have seen done in your shop, where its news do not tell us.",
        when=lambda row: row.status == Status.APPROVED,
        icon="done_all",
    )
    def is_done(self, *, request: HttpRequest, row: ChangeRequest, now: datetime) -> str:
        try:
            confirm_change(asked=row, now=now)
        except TooLate as error:
            raise Refused(str(error)) from error
        return "Noted as done."


KINDS = (
    ("Cancel the order", "cancel"),
    ("Change the address", "edit_address"),
    ("Change the phone number", "edit_contact"),
    ("Leave a note for the delivery", "edit_note"),
)


class PolicyForm(forms.ModelForm):
    class Meta:
        model = SelfServicePolicy
        fields = "__all__"  # noqa: DJ007 (the admin's fieldsets name the fields)
        labels = {
            **{f"{key}_until": f"{title}: they may" for title, key in KINDS},
            **{f"{key}_mode": "… and then" for _title, key in KINDS},
            "minutes": "“For some time after ordering” is so many minutes",
        }


@admin.register(SelfServicePolicy)
class PolicyAdmin(StoreAdmin):
    area = "self_service"
    form = PolicyForm
    empty_words = (
        "You go by our careful defaults: until the parcel leaves, customers may ask to cancel or to "
        "change the address, which you look at first, and change phone number and note, which is "
        "done at once where a system of your shop is connected. “Add” to set your own rules."
    )
    add_fields = (
        *(f"{key}_{part}" for _title, key in KINDS for part in ("until", "mode")),
        "minutes",
    )
    editable = add_fields
    list_display = ("named", "cancel_until", "edit_address_until")
    fieldsets = (
        *((title, {"fields": ((f"{key}_until", f"{key}_mode"),)}) for title, key in KINDS),
        ("The time", {"fields": ("minutes",)}),
    )

    @display(description="Rules")
    def named(self, row: SelfServicePolicy) -> str:
        return "What customers may change"

    def has_add_permission(self, request: HttpRequest) -> bool:
        if not super().has_add_permission(request):
            return False
        return not self.get_queryset(request).exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
