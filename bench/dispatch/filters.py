"""Our formats as filters of Django's templates, in English."""

from typing import Any

from django import template

from engagement.messages.rendering import formats

register = template.Library()


@register.filter
def money(value: Any) -> str:
    return formats.money(value, language="en")


@register.filter
def quantity(value: Any) -> str:
    return formats.quantity(value, language="en")


@register.filter
def day(value: Any) -> str:
    return formats.day(value, zone="Europe/Prague", language="en")
