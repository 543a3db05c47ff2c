"""Money, dates and numbers as people of a language write them. Babel knows; this picks the forms."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from core.money import money_text
from engagement.messages.rendering.broken import TemplateBroken

# A weekday, a day and a month inside a sentence. Czech, Slovak and Finnish months come out in the
# case that follows a day number, which is why the standalone forms are not used.
DAY_PATTERNS = {
    "en": "EEEE, d MMMM",
    "cs": "EEEE d.\u00a0MMMM",
    "sk": "EEEE d.\u00a0MMMM",
    "sl": "EEEE, d.\u00a0MMMM",
    "fi": "EEEE d.\u00a0MMMM",
}
DATE_PATTERNS = {
    "en": "d MMMM y",
    "cs": "d.\u00a0MMMM y",
    "sk": "d.\u00a0MMMM y",
    "sl": "d.\u00a0MMMM y",
    "fi": "d.\u00a0MMMM y",
}

_glued = re.compile(r"(?<=[A-Za-z])(?=\d)")

# Czech and Slovak end no line with a word of one letter, nor between "č." and its number (ČSN 01 6910).
TIED_LANGUAGES = frozenset({"cs", "sk"})
_lone = re.compile(r"(?<!\w)([AaIiKkOoSsUuVvZz]|č\.) (?=\S|$)")


@lru_cache(maxsize=32)
def locale_of(language: str) -> Locale:
    return Locale.parse(language.replace("-", "_"))


@lru_cache(maxsize=128)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise TemplateBroken(f"“{name[:40]}” is no time zone.") from error


def moment(value: Any) -> date | datetime | None:
    """A date or time out of plain data; empty is None. Raises `TemplateBroken`."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        try:
            return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
        except ValueError as error:
            raise TemplateBroken(f"“{value[:40]}” is no date.") from error
    if isinstance(value, date):  # a datetime is one, too
        return value
    raise TemplateBroken(f"A {type(value).__name__} is no date.")


def local_day(value: Any, *, zone: str) -> date | None:
    """The calendar day of a moment where the customer lives."""
    when = moment(value)
    if isinstance(when, datetime):
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(_zone(zone)).date()
    return when


@lru_cache(maxsize=4096)
def _written(day: date, pattern: str, language: str) -> str:
    return format_date(day, format=pattern, locale=locale_of(language))


def day(value: Any, *, zone: str, language: str) -> str:
    """``Monday, 23 November``; nothing for nothing."""
    when = local_day(value, zone=zone)
    return _written(when, DAY_PATTERNS.get(language, "EEEE, d MMMM"), language) if when else ""


def date_text(value: Any, *, zone: str, language: str) -> str:
    """``23 November 2026``; nothing for nothing."""
    when = local_day(value, zone=zone)
    return _written(when, DATE_PATTERNS.get(language, "d MMMM y"), language) if when else ""


def time_text(value: Any, *, zone: str, language: str) -> str:
    """The time of day, ``14:05``, where the customer lives."""
    when = moment(value)
    if not isinstance(when, datetime):
        return ""
    local = (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(_zone(zone))
    pattern = "HH:mm" if language == "en" else "short"
    return format_time(local, format=pattern, locale=locale_of(language))


@lru_cache(maxsize=8192)
def _amount(minor: int, currency: str, language: str) -> str:
    # CLDR keeps a letter off a digit ("CZK 258.00"); Babel does not.
    return _glued.sub("\u00a0", money_text(minor=minor, currency=currency, language=language))


def money(value: Any, *, language: str) -> str:
    """``1 234,50 Kč``; nothing for nothing. Raises `TemplateBroken` for what is no money."""
    if not value:
        return ""
    try:
        return _amount(int(value["minor"]), str(value["currency"]), language)
    except (KeyError, TypeError, ValueError) as error:
        raise TemplateBroken("An amount of money lacks its minor units or currency.") from error


@lru_cache(maxsize=4096)
def _decimal(text: str, language: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise TemplateBroken(f"“{text[:40]}” is no number.") from error
    if not number.is_finite():
        raise TemplateBroken(f"“{text[:40]}” is no number.")
    return format_decimal(number, format="#,##0.###", locale=locale_of(language))


def quantity(value: Any, *, language: str) -> str:
    """How many: ``2``, ``1,5``; never trailing zeros."""
    return _decimal(str(value), language) if value not in (None, "") else ""


def plural(value: Any, *, language: str, forms: dict[str, str]) -> str:
    """The form of a word that goes with this number, by CLDR's rule for the language."""
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise TemplateBroken(f"“{str(value)[:40]}” is no number.") from error
    form = locale_of(language).plural_form(abs(number.normalize()))
    return forms.get(form) or forms.get("other") or ""


def tied(text: str, *, language: str) -> str:
    """`text` with the spaces that must not end a line made unbreakable: ``v\u00a0neděli``."""
    return _lone.sub("\\1\u00a0", text) if language in TIED_LANGUAGES else text


@lru_cache(maxsize=1024)
def country_name(code: str, language: str) -> str:
    """The country in words; a code that nobody knows stays as it is."""
    return str(locale_of(language).territories.get(code.upper(), code))
