"""Dates, money and numbers in the page's language, through the same door as the mails'."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template

from engagement.messages.rendering import formats

register = template.Library()


@register.simple_tag(takes_context=True)
def day(context: dict[str, Any], moment: date | datetime | None) -> str:
    """``Monday, 23 November``."""
    return formats.day(moment, zone=str(context["zone"]), language=context["language"])


@register.simple_tag(takes_context=True)
def day_and_time(context: dict[str, Any], moment: datetime | None) -> str:
    """``Monday, 23 November, 14:05``."""
    zone, language = str(context["zone"]), context["language"]
    said = formats.day(moment, zone=zone, language=language)
    clock = formats.time_text(moment, zone=zone, language=language)
    return f"{said}, {clock}" if said and clock else said


@register.simple_tag(takes_context=True)
def full_date(context: dict[str, Any], moment: date | datetime | None) -> str:
    """``23 November 2026``."""
    return formats.date_text(moment, zone=str(context["zone"]), language=context["language"])


@register.simple_tag(takes_context=True)
def money(context: dict[str, Any], minor: int | None, currency: str) -> str:
    """``1 234,50 Kč``; nothing for nothing."""
    if minor is None:
        return ""
    return formats.money({"minor": minor, "currency": currency}, language=context["language"])


@register.simple_tag(takes_context=True)
def quantity(context: dict[str, Any], amount: Decimal) -> str:
    """``2``, ``1,5``."""
    return formats.quantity(amount.normalize(), language=context["language"])


@register.filter
def of_key(found: Mapping[Any, Any], key: Any) -> Any:
    """What `found` holds under `key`; nothing where it holds none."""
    return found.get(key, "")


@register.simple_tag(takes_context=True)
def country(context: dict[str, Any], code: str) -> str:
    """The country in words."""
    return formats.country_name(code, context["language"]) if code else ""
