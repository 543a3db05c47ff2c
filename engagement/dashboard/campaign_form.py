"""What a campaign tells, as fields a merchant fills in, and back. The fields shown depend on its kind."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminURLInputWidget,
)

from core.stores.models.store import LANGUAGES
from engagement.dashboard.texts import fields_of, texts_fields
from engagement.flows.holidays import HOLIDAYS
from engagement.flows.models import Campaign

Kind = Campaign.Kind
ARTICLE, NOTICE = ("title", "text"), ("hazard", "todo", "remedy")
WHO = ("name", "segment")
ABOUT = ("product", "bought_from", "bought_until")
WHEN = ("send_on", "send_at", "per_hour")
SHOWN: Mapping[str, tuple[str, ...]] = {
    Kind.NEWSLETTER: (*fields_of(*ARTICLE), "image_url", "url"),
    Kind.PRODUCT_UPDATE: (*fields_of(*ARTICLE), "image_url", "url"),
    Kind.HOLIDAY_GREETING: ("holiday", "days_before", "closed_from", "closed_until"),
    Kind.SAFETY_NOTICE: (
        *("notice_kind", "batches", "batch", *fields_of(*NOTICE)),
        *("image_url", "url", "phone"),
    ),
    Kind.FEED_DIGEST: (),
}
HOLIDAY_CHOICES = [
    *((key, holiday.label) for key, holiday in HOLIDAYS.items()),
    ("other", "Another one, on the day given below"),
]


class CampaignForm(forms.ModelForm):
    """`content` in single fields; only those of the campaign's kind count."""

    holiday = forms.ChoiceField(
        label="Which holiday",
        choices=HOLIDAY_CHOICES,
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text="Christmas, new year and Easter have words of their own; the others are greeted in "
        "general, unless you write your own words under Mail texts.",
    )
    days_before = forms.IntegerField(
        label="So many days before it",
        required=False,
        min_value=0,
        max_value=14,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text="Empty: on the day itself.",
    )
    closed_from = forms.DateField(
        label="We are closed from", required=False, widget=UnfoldAdminDateWidget
    )
    closed_until = forms.DateField(
        label="We are closed until", required=False, widget=UnfoldAdminDateWidget
    )
    notice_kind = forms.ChoiceField(
        label="What it is",
        choices=[("recall", "A recall"), ("safety", "A safety notice")],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    batches = forms.CharField(
        label="Only these batches",
        max_length=1000,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="With commas; empty: every buyer of the product. Buyers of whose goods we do not "
        "know the batch are warned as well.",
    )
    batch = forms.CharField(
        label="Batch, as the mail tells it",
        max_length=120,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="Empty: the batches given above.",
    )
    phone = forms.CharField(
        label="Phone for questions",
        max_length=40,
        required=False,
        widget=UnfoldAdminTextInputWidget,
    )
    image_url = forms.URLField(
        label="Picture (its address)",
        required=False,
        max_length=1000,
        widget=UnfoldAdminURLInputWidget,
        assume_scheme="https",
    )
    url = forms.URLField(
        label="Where to read on",
        required=False,
        max_length=1000,
        widget=UnfoldAdminURLInputWidget,
        assume_scheme="https",
    )

    class Meta:
        model = Campaign
        fields: tuple[str, ...] = ()
        labels = {
            "segment": "To whom",
            "product": "About which product",
            "bought_from": "Bought from",
            "bought_until": "Bought until",
            "send_on": "On",
            "send_at": "At (the customer's time)",
            "per_hour": "At most so many an hour",
        }
        help_texts = {
            "segment": "Empty: all your customers.",
            "product": "It goes to those who bought it.",
            "send_on": "Empty: at once.",
            "send_at": "Nine o'clock if empty.",
            "per_hour": "Empty: as many as the sending account allows.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(_fields(self.instance.content or {}))
        if self.instance.kind == Kind.HOLIDAY_GREETING and "send_on" in self.fields:
            self.fields[
                "send_on"
            ].help_text = "Empty: on the holiday, as the country of each customer keeps it."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind = self.instance.kind or cleaned.get("kind")
        if self.instance.pk and not self.errors:
            self.instance.content = _content(str(kind), cleaned)
        return cleaned


for _name, _label, _rows in (
    ("title", "Title", 0),
    ("text", "Text", 6),
    ("hazard", "What is dangerous", 2),
    ("todo", "What to do, a line a step", 3),
    ("remedy", "What we do for them", 2),
):
    for _field_name, _field in texts_fields(_name, label=_label, rows=_rows).items():
        CampaignForm.base_fields[_field_name] = _field  # type: ignore[attr-defined]
        CampaignForm.declared_fields[_field_name] = _field  # type: ignore[attr-defined]


def _texts(name: str, cleaned: Mapping[str, Any]) -> dict[str, str]:
    return {
        code: text
        for code, _ in LANGUAGES
        if (text := str(cleaned.get(f"{name}_{code}") or "").strip())
    }


def _content(kind: str, cleaned: Mapping[str, Any]) -> dict[str, Any]:
    def plain(*names: str) -> dict[str, str]:
        return {name: str(cleaned[name]) for name in names if cleaned.get(name)}

    match kind:
        case Kind.HOLIDAY_GREETING:
            closed = plain("closed_from", "closed_until")
            before = {"days_before": days} if (days := cleaned.get("days_before")) else {}
            return {"occasion": {"kind": cleaned.get("holiday") or "other", **before, **closed}}
        case Kind.SAFETY_NOTICE:
            told = {name: texts for name in NOTICE if (texts := _texts(name, cleaned))}
            if not told:
                return {}
            batches = _batches(str(cleaned.get("batches") or ""))
            notice = {
                "kind": cleaned.get("notice_kind") or "recall",
                **({"batches": batches, "batch": ", ".join(batches)[:120]} if batches else {}),
                **told,
                **plain("batch", "image_url", "url", "phone"),
            }
            return {"notice": notice}
        case Kind.FEED_DIGEST:
            return {}
    told = {name: texts for name in ARTICLE if (texts := _texts(name, cleaned))}
    return {"article": {**told, **plain("image_url", "url")}} if "title" in told else {}


def _batches(typed: str) -> list[str]:
    """Each once, in the order typed."""
    return list(dict.fromkeys(one for part in typed.split(",") if (one := part.strip()[:60])))[:50]


def _fields(content: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in ("article", "notice", "occasion"):
        for name, value in content.get(part, {}).items():
            if isinstance(value, dict):
                found |= {f"{name}_{code}": text for code, text in value.items()}
            elif name == "batches":
                found[name] = ", ".join(value)
            elif name == "kind":
                found["notice_kind" if part == "notice" else "holiday"] = value
            elif name.startswith("closed_"):
                found[name] = date.fromisoformat(value)
            else:
                found[name] = value
    return found
