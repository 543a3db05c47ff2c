"""Messages: every mail planned or past, with the reason in words for those that did not go out."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from unfold.decorators import display

from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.deeds import Refused, deed
from engagement.dashboard.panels import AT_MOST, Panel, moment, page_of
from engagement.dashboard.words import event_words, flow_name, mail_name
from engagement.flows.models import Flow
from engagement.messages.models import LocalMail, Message, MessageEvent, Outbox, Reason
from engagement.messages.operations.by_hand import (
    CannotSendAgain,
    NotUncertain,
    say_it_arrived,
    send_again,
)
from engagement.messages.operations.end_messages import end_messages

COLORS = {
    "Planned": "info",
    "Sent": "success",
    "Not sent": "warning",
    "Failed": "danger",
    "Unclear whether it arrived": "danger",
}


@admin.register(Message)
class MessageAdmin(StoreAdmin):
    area = "messages"
    empty_words = (
        "Mails are planned as orders and parcels move. Send a test order through your connection, "
        "and its confirmation stands here."
    )
    search_fields = ("customer__email",)
    found_by_index = ("customer__email", "status", "reason", "flow")
    sortable_by = ("when",)
    search_help_text = "Beginning of the customer's e-mail address"
    ordering = ("-due_at", "-id")
    list_display = ("mail", "when", "to", "about", "class_words", "state", "why")
    list_filter = ("status", "message_class", "reason", "flow")
    list_select_related = ("customer", "order")
    actions = ("cancel", "resend")
    actions_detail = ("cancel", "resend", "arrived")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "mail",
                    "state",
                    "why",
                    "to",
                    "about",
                    "class_words",
                    "meant_for",
                    "handed_at",
                    "ended_at",
                    "language",
                )
            },
        ),
        (
            "How it came about",
            {"fields": ("of_flow", "because", "counted_from", "planned_version")},
        ),
        ("Delivery", {"fields": ("sent_to", "account", "provider_message_id", "generation")}),
    )

    @display(description="Mail")
    def mail(self, message: Message) -> str:
        return mail_name(message)

    @display(description="When", ordering="due_at")
    def when(self, message: Message) -> str:
        return moment(message.handed_at or message.due_at)

    @display(description="Meant for")
    def meant_for(self, message: Message) -> str:
        return moment(message.due_at)

    @display(description="Flow")
    def of_flow(self, message: Message) -> str:
        flow = Flow.objects.filter(key=message.flow).first()
        return page_of(flow) if flow else flow_name(message.flow)

    @display(description="Because")
    def because(self, message: Message) -> str:
        event = message.event
        return page_of(event, event_words(event.name)) if event else "–"

    @display(description="Its time counts from")
    def counted_from(self, message: Message) -> str:
        return moment(message.anchor_at)

    @display(description="To")
    def to(self, message: Message) -> str:
        return page_of(message.customer, message.sent_to or None)

    @display(description="Order")
    def about(self, message: Message) -> str:
        return page_of(message.order)

    @display(description="Class")
    def class_words(self, message: Message) -> str:
        return message.get_message_class_display()

    @display(description="State", label=COLORS)
    def state(self, message: Message) -> str:
        return message.get_status_display()

    @display(description="Why")
    def why(self, message: Message) -> str:
        words = (message.get_reason_display(), message.reason_detail)
        return " · ".join(part for part in words if part) or "–"

    def panels(self, request: HttpRequest, row: Message) -> Iterable[Panel]:
        outbox = Outbox.objects.filter(message=row).first()
        yield Panel(
            title="Where it stands",
            heads=("State", "Leaves", "Given up after", "Tries", "Put off"),
            rows=[
                (
                    outbox.get_state_display(),
                    moment(outbox.due_at),
                    moment(outbox.expires_at),
                    outbox.attempts,
                    outbox.deferrals,
                )
            ]
            if outbox
            else [],
            empty="It has ended; nothing more will happen to it by itself.",
        )
        yield Panel(
            title="What the mail provider said",
            heads=("When", "What", "Details"),
            rows=[
                (
                    moment(event.happened_at),
                    event.kind.replace("_", " ").capitalize(),
                    event.description or event.reject_reason,
                )
                for event in MessageEvent.objects.filter(message=row)[:AT_MOST]
            ],
            empty="No news from the provider.",
        )
        copies = LocalMail.objects.filter(store=request.store, message=row)  # type: ignore[attr-defined]
        yield Panel(
            title="As sent, in the local mailbox",
            heads=("When", "Subject"),
            rows=[
                (moment(copy.received_at), page_of(copy, copy.subject))
                for copy in copies.defer("mime").order_by("-id")[:5]
            ],
            empty="The local mailbox has no copy of it.",
        )

    @deed(
        title="Do not send",
        question="It is taken out of the plan for good. If it is just leaving, it may still go.",
        when=lambda message: message.status == Message.Status.PLANNED,
        icon="cancel",
        danger=True,
    )
    def cancel(self, *, request: HttpRequest, row: Message, now: datetime) -> str:
        ended = end_messages(
            store_id=row.store_id,
            where=Q(pk=row.pk),
            reason=Reason.CANCELED_BY_HAND,
            detail=f"By {request.user}",
            now=now,
        )
        if not ended:
            raise Refused("It was just leaving and could not be stopped.")
        return "It will not be sent."

    @deed(
        title="Send again",
        question="It is written anew from what is known today and sent once more, if the rules "
        "(consent, suppression, order state) still allow it. The customer may get it twice.",
        when=lambda message: message.status not in {"planned", "handing"},
        icon="forward_to_inbox",
    )
    def resend(self, *, request: HttpRequest, row: Message, now: datetime) -> str:
        try:
            send_again(message=row, now=now)
        except CannotSendAgain as error:
            raise Refused(str(error)) from error
        return "It is planned again and leaves within seconds, if the rules allow it."

    @deed(
        title="It arrived",
        question="You know that this mail arrived (the customer said so, say). It counts as sent "
        "and is not sent again.",
        when=lambda message: message.status == Message.Status.UNCERTAIN,
        icon="done_all",
    )
    def arrived(self, *, request: HttpRequest, row: Message, now: datetime) -> str:
        try:
            say_it_arrived(message=row, now=now)
        except NotUncertain as error:
            raise Refused(str(error)) from error
        return "It counts as sent."
