"""Demands to see or erase data: who, by when, how far; done by themselves, watched here."""

from datetime import datetime

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from unfold.decorators import display

from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.deeds import Refused, deed
from engagement.dashboard.panels import moment, page_of
from orders.models import PrivacyRequest
from orders.operations.build_export import mail_copy
from orders.operations.carry_out_demands import carry_out_now

Kind = PrivacyRequest.Kind


def is_open(wish: PrivacyRequest) -> bool:
    return wish.is_open


def has_copy(wish: PrivacyRequest) -> bool:
    return bool(wish.file)


def can_be_mailed(wish: PrivacyRequest) -> bool:
    customer = wish.customer
    return has_copy(wish) and not wish.is_told and customer is not None and bool(customer.email)


@admin.register(PrivacyRequest)
class PrivacyAdmin(StoreAdmin):
    area = "privacy"
    empty_words = (
        "When a customer or a shop platform wants data shown or erased, it stands here with its "
        "deadline, and is done by itself."
    )
    ordering = ("-received_at", "-id")
    list_display = ("kind", "source", "of_customer", "received", "due", "state")
    list_filter = ("kind",)
    list_select_related = ("customer",)
    actions_detail = ("at_once", "download", "mail_it")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    *("kind", "source", "of_customer", "received_at", "due", "begins", "state"),
                    *("done_at", "outcome"),
                )
            },
        ),
    )

    @display(description="Customer")
    def of_customer(self, wish: PrivacyRequest) -> str:
        return page_of(wish.customer)

    @display(description="Received", ordering="received_at")
    def received(self, wish: PrivacyRequest) -> str:
        return moment(wish.received_at)

    @display(description="Must be done by", ordering="due_at")
    def due(self, wish: PrivacyRequest) -> str:
        return moment(wish.due_at)

    @display(description="Is done on")
    def begins(self, wish: PrivacyRequest) -> str:
        return moment(wish.starts_at) if wish.starts_at else "As soon as possible"

    @display(
        description="State",
        label={"Done": "success", "Called off": "info", "Waiting": "warning", "Failed": "danger"},
    )
    def state(self, wish: PrivacyRequest) -> str:
        if wish.done_at:
            return "Done"
        if wish.called_off_at:
            return "Called off"
        return "Failed" if wish.outcome else "Waiting"

    @deed(
        title="Do it now",
        question=lambda wish: (
            "Everything that is kept of them goes into a file."
            if wish.kind == Kind.EXPORT_CUSTOMER
            else "The data is erased at once, without waiting for the day that was told. Order records "
            "stay without a name. Nothing brings it back."
        ),
        when=is_open,
        icon="bolt",
        danger=True,
    )
    def at_once(self, *, request: HttpRequest, row: PrivacyRequest, now: datetime) -> str:
        if not carry_out_now(demand=row, now=now):
            raise Refused("It was done or called off a moment ago.")
        return "Done."

    @deed(
        title="Download the copy",
        question="The file holds everything that is known of this customer. Who fetched it is written "
        "down.",
        when=has_copy,
        icon="download",
    )
    def download(self, *, request: HttpRequest, row: PrivacyRequest, now: datetime) -> HttpResponse:
        answer = HttpResponse(row.file.read(), content_type="application/zip")
        answer["Content-Disposition"] = f'attachment; filename="data-{row.pk}.zip"'
        answer["Cache-Control"] = "private, no-store"
        answer["X-Content-Type-Options"] = "nosniff"
        return answer

    @deed(
        title="Mail it to the customer",
        question="They get a mail with a link to the file.",
        when=can_be_mailed,
        icon="outgoing_mail",
    )
    def mail_it(self, *, request: HttpRequest, row: PrivacyRequest, now: datetime) -> str:
        mail_copy(demand=row, now=now)
        return "The mail is on its way."
