"""Tables that stand below the page of one row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from engagement.dashboard.words import name_of

AT_MOST = 50  # rows in one panel


@dataclass(frozen=True, slots=True)
class Panel:
    """One table: title, column heads, rows of plain text or safe links, words when it is empty."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Any]] = field(default_factory=list)
    empty: str = "Nothing yet."
    link: str = ""
    link_words: str = ""


def page_of(row: Any, words: object = None) -> str | SafeString:
    """A link to a row's page in the dashboard; a dash where there is no row."""
    if row is None:
        return "–"
    address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    return format_html(
        '<a class="text-link underline" href="{}">{}</a>', address, words or name_of(row)
    )


def moment(value: datetime | None) -> str:
    """A time in the store's zone (the dashboard runs in it), or a dash."""
    return f"{timezone.localtime(value):%-d %b %Y %H:%M}" if value else "–"
