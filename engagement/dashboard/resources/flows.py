"""Flows: what each does, in words, and the switch. A version is never edited, only followed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from unfold.decorators import display
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminTextareaWidget

from core.clock import now as store_now
from engagement.dashboard.base import StoreAdmin
from engagement.dashboard.deeds import deed
from engagement.dashboard.flow_timing import HELP, read_timing, write_timing
from engagement.dashboard.flow_vouchers import HELP as VOUCHER_HELP
from engagement.dashboard.flow_vouchers import read_vouchers, write_vouchers
from engagement.dashboard.panels import AT_MOST, Panel, moment
from engagement.dashboard.words import (
    ANCHORS,
    CLASSES,
    SETTINGS,
    event_words,
    flow_name,
    plain,
)
from engagement.flows.catalog import CATALOG
from engagement.flows.definition import BadDefinition, Definition
from engagement.flows.models import Flow, FlowVersion
from engagement.flows.operations.publish_version import publish_version
from engagement.flows.operations.replan import replan
from engagement.flows.operations.switch_flow import switch_flow

PURPOSES = {flow.key: flow.purpose for flow in CATALOG}
COLORS = {"On": "success", "Paused": "warning", "Off": "danger"}


def definition_of(flow: Flow) -> dict[str, Any]:
    """The current version's definition as kept; empty where there is none."""
    versions = FlowVersion.objects.filter(flow=flow, number=flow.current_version)
    return versions.values_list("definition", flat=True).first() or {}


def wait_in_words(wait: dict[str, Any]) -> str:
    """When a step goes, counted from its anchor."""
    at = f" at {wait['at']} (the customer's time)" if wait.get("at") else ""
    if setting := wait.get("setting"):
        return f"After the {SETTINGS.get(setting, plain(setting))}{at}"
    if (days := wait.get("days")) is not None:
        later = f"{days} day{'' if days == 1 else 's'} later" if days else "The same day"
        return f"{later}{at}"
    return f"{wait['hours']:g} hours later" if wait.get("hours") else "At once"


def timing_of(flow: Flow) -> str:
    """The current timing as lines; empty where the definition cannot be read."""
    try:
        return write_timing(Definition.from_json(definition_of(flow)))
    except BadDefinition:
        return ""


def vouchers_of(flow: Flow) -> str:
    """What its mails give along, as lines."""
    try:
        definition = Definition.from_json(definition_of(flow))
    except BadDefinition:
        return ""
    return write_vouchers(definition, currency=flow.store.currency)


class FlowForm(forms.ModelForm):
    """The share held out, as percent; the timing and the vouchers, a line a mail."""

    changed_definition: Definition | None = None

    held_out = forms.DecimalField(
        label="Left out, to measure what it brings (percent)",
        min_value=0,
        max_value=100,
        decimal_places=2,
        required=False,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text="Always the same customers for one flow. Marketing only: order news is never "
        "held out.",
    )

    timing = forms.CharField(
        label="When its mails go",
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=f"One line a mail. {HELP} Saved as a new version; planned mails move.",
    )

    vouchers = forms.CharField(
        label="Vouchers that its mails give along",
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="One line a mail, with its name from the timing; none if empty. "
        f"{VOUCHER_HELP} Amounts are in the store's currency. Each person gets a code of their own, "
        "once; whoever has not agreed to offers gets the mail without it.",
    )

    class Meta:
        model = Flow
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "held_out" in self.fields:
            self.initial["held_out"] = f"{self.instance.holdout_bp / 100:g}"
            self.initial["timing"] = timing_of(self.instance)
            self.initial["vouchers"] = vouchers_of(self.instance)

    def clean_held_out(self) -> int:
        share = int((self.cleaned_data["held_out"] or 0) * 100)
        if share and definition_of(self.instance).get("message_class") != "marketing":
            raise ValidationError("Order news is never held out. Nothing was changed.")
        return share

    def clean_timing(self) -> str:
        text = str(self.cleaned_data["timing"]).replace("\r", "").strip()
        if text and text != timing_of(self.instance):
            try:
                flow = Definition.from_json(definition_of(self.instance))
                self.changed_definition = read_timing(text, flow)
            except BadDefinition as error:
                raise ValidationError(str(error)) from error
        return text

    def clean_vouchers(self) -> str:
        text = str(self.cleaned_data["vouchers"]).replace("\r", "").strip()
        if text != vouchers_of(self.instance):
            try:
                flow = self.changed_definition or Definition.from_json(definition_of(self.instance))
                currency = self.instance.store.currency
                self.changed_definition = read_vouchers(text, flow, currency=currency)
            except BadDefinition as error:
                raise ValidationError(str(error)) from error
        return text


@admin.register(Flow)
class FlowAdmin(StoreAdmin):
    area = "flows"
    form = FlowForm
    empty_words = "The ready-made flows are installed with the store."
    editable = ("held_out", "timing", "vouchers")
    ordering = ("key",)
    list_display = ("named", "purpose_known", "state", "share")
    list_filter = ("status",)
    actions_detail = ("switch_on", "pause", "switch_off")
    fieldsets = (
        (
            None,
            {"fields": ("named", "purpose", "state", "in_line", "activated_at", "paused_reason")},
        ),
        ("What you may change", {"fields": ("timing", "vouchers", "held_out")}),
    )

    @display(description="Flow", ordering="key")
    def named(self, flow: Flow) -> str:
        return flow_name(flow.key)

    @display(description="What for")
    def purpose(self, flow: Flow) -> str:
        return definition_of(flow).get("purpose", "–")

    @display(description="What for")
    def purpose_known(self, flow: Flow) -> str:
        return PURPOSES.get(flow.key, "–")

    @display(description="State", label=COLORS)
    def state(self, flow: Flow) -> str:
        return flow.get_status_display()

    @display(description="Planned mails")
    def in_line(self, flow: Flow) -> str:
        if flow.replan_asked_at is None:
            return "As the flow says"
        return (
            f"Being brought in line since {moment(flow.replan_asked_at)}. Those not reached yet are "
            "looked at again before they leave."
        )

    @display(description="Left out")
    def share(self, flow: Flow) -> str:
        return f"{flow.holdout_bp / 100:g} %" if flow.holdout_bp else "Nobody"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        share = form.cleaned_data["held_out"]
        Flow.objects.filter(pk=obj.pk).update(holdout_bp=share)
        if form.changed_definition is not None:
            store = request.store  # type: ignore[attr-defined]
            now, by = store_now(store), str(request.user)
            made = publish_version(store=store, definition=form.changed_definition, by=by, now=now)
            moved = replan(store=store, key=obj.key, now=now)
            self.note(
                request, obj, "version_published", version=made.number, mails_moved=moved.moved
            )
        if share != obj.holdout_bp:
            self.note(request, obj, "holdout_set", before_bp=obj.holdout_bp, after_bp=share)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """What changed was written down where it changed, with its numbers."""

    def panels(self, request: HttpRequest, row: Flow) -> Iterable[Panel]:
        flow = definition_of(row)
        yield Panel(
            title="What it does",
            heads=("What", "How"),
            rows=[
                ("Starts when", ", or ".join(map(event_words, flow.get("starts_on", [])))),
                ("Kind of mail", CLASSES.get(flow.get("message_class", ""), "–")),
                ("Counted from", ANCHORS.get(flow.get("counts_from", ""), "–")),
                ("Ends early when", ", or ".join(map(event_words, flow.get("ends_on", []))) or "–"),
                (
                    "Only if",
                    ", ".join(
                        f"{plain(test['fact'])} {plain(test['operator'])} {test['value']}"
                        for test in flow.get("conditions", [])
                    )
                    or "always",
                ),
            ]
            if flow
            else [],
        )
        yield Panel(
            title="Steps",
            heads=("Mail", "Its name in the timing", "Goes", "Counted from", "Given up after"),
            rows=[
                (
                    plain(step["template"]).capitalize(),
                    step["key"],
                    wait_in_words(step.get("wait", {})),
                    f"the mail “{step['follows']}”"
                    if step.get("follows")
                    else ANCHORS.get(flow.get("counts_from", "event"), "–"),
                    f"{step.get('expires_after_hours', '–')} hours",
                )
                for step in flow.get("steps", [])
            ],
        )
        yield Panel(
            title="Versions",
            heads=("Version", "Made", "By"),
            rows=[
                (version.number, moment(version.created_at), version.created_by or "Afterglow")
                for version in row.versions.order_by("-number")[:AT_MOST]
            ],
        )

    @deed(
        title="Switch on",
        question="It starts with what happens from now on. Nothing of the past is made up for.",
        when=lambda flow: flow.status != Flow.Status.ON,
        icon="play_arrow",
    )
    def switch_on(self, *, request: HttpRequest, row: Flow, now: datetime) -> str:
        switch_flow(store=row.store, key=row.key, to=Flow.Status.ON, now=now)
        return f"{self.named(row)} is on."

    @deed(
        title="Pause",
        question="Its mails wait until you switch it on again; those that come too late meanwhile "
        "are not sent.",
        when=lambda flow: flow.status == Flow.Status.ON,
        icon="pause",
    )
    def pause(self, *, request: HttpRequest, row: Flow, now: datetime) -> str:
        why = f"By {request.user}"
        switch_flow(store=row.store, key=row.key, to=Flow.Status.PAUSED, why=why, now=now)
        return f"{self.named(row)} is paused."

    @deed(
        title="Switch off",
        question="Nothing of it is sent any more, and what is planned ends now. To keep the plan, "
        "pause it instead.",
        when=lambda flow: flow.status != Flow.Status.OFF,
        icon="stop",
        danger=True,
    )
    def switch_off(self, *, request: HttpRequest, row: Flow, now: datetime) -> str:
        switch_flow(store=row.store, key=row.key, to=Flow.Status.OFF, now=now)
        return f"{self.named(row)} is off."
