"""Cells into values, with reasons in people's words. Cached, since columns repeat themselves."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale

from core.money import Amount, BadAmount, read_amount
from orders.imports.trouble import BadValue

YES = frozenset({"yes", "y", "true", "1", "on", "ja", "ano", "kyllä", "subscribed"})
NO = frozenset({"no", "n", "false", "0", "off", "", "nein", "ne", "ei"})
REFUSED = frozenset(
    {
        "unsubscribed",
        "opted out",
        "opt out",
        "withdrawn",
        "revoked",
        "refused",
        "objected",
        "abgemeldet",
        "odhlášen",
        "odhlášeno",
        "odhlásený",
        "odjavljen",
        "peruutettu",
    }
)
# Asked and never answered, or asked by double opt-in and not confirmed: no yes, and no objection.
UNDECIDED = frozenset({"not subscribed", "pending", "unconfirmed", "never subscribed", "unknown"})
ISO_FORM = "%Y-%m-%d %H:%M:%S"
ISO_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
LARGEST_QUANTITY = Decimal(10) ** 10


@lru_cache(maxsize=1 << 16)
def money(text: str, *, currency: str, decimal: str = ".", column: str = "amount") -> Amount:
    """An amount as files write it; empty is zero. Raises `BadValue`."""
    plain = text.strip().replace("\u00a0", "").replace(" ", "")
    if decimal == ",":
        plain = plain.replace(".", "").replace(",", ".")
    elif plain.count(",") and plain.count("."):
        plain = plain.replace(",", "")
    try:
        return read_amount(plain, currency=currency)
    except BadAmount as error:
        raise BadValue(f"{column}: “{text}” is not an amount of money.") from error


@lru_cache(maxsize=1 << 14)
def quantity(text: str, *, decimal: str = ".", column: str = "quantity") -> Decimal:
    """A number of pieces, three decimals at most. Raises `BadValue`."""
    plain = text.strip()
    if decimal == ",":
        plain = plain.replace(",", ".")
    try:
        number = Decimal(plain)
        if not number.is_finite() or abs(number) > LARGEST_QUANTITY:
            raise BadValue(f"{column}: “{text}” is not a quantity.")
    except InvalidOperation as error:
        raise BadValue(f"{column}: “{text}” is not a quantity.") from error
    return number


@lru_cache(maxsize=1 << 12)
def moment(text: str, *, zone: str, form: str = "", column: str = "date") -> datetime | None:
    """A time as an aware UTC datetime; empty is None. A time without zone is local to `zone`.

    `form` is a strptime format; without it ISO 8601 is read (with or without offset).
    A local time that daylight saving skips or repeats is read as the earlier offset.
    Raises `BadValue`.
    """
    plain = text.strip()
    if not plain:
        return None
    try:
        if form == ISO_FORM and ISO_MOMENT.fullmatch(plain):
            parsed = datetime.fromisoformat(plain)  # the same, in a tenth of the time
        elif form:
            parsed = datetime.strptime(plain, form)  # noqa: DTZ007 (its zone is set below)
        else:
            parsed = datetime.fromisoformat(_iso(plain))
        if parsed.tzinfo is None:
            parsed = parsed.replace(tzinfo=ZoneInfo(zone))
        return parsed.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        wanted = f" (expected like {form})" if form else ""
        raise BadValue(f"{column}: “{text}” is not a date{wanted}.") from error


def _iso(text: str) -> str:
    """``2025-12-06 10:37:33 -0500`` and ``… UTC`` as ISO 8601 has them."""
    if text.endswith(" UTC"):
        return text[:-4] + "+00:00"
    if len(text) > 6 and text[-6] == " " and text[-5] in "+-":
        return text[:-6] + text[-5:]
    return text


def day(text: str, *, form: str = "", column: str = "date") -> date | None:
    """A calendar day; empty is None. Raises `BadValue`."""
    read = moment(text, zone="UTC", form=form, column=column)
    return read.date() if read else None


def birthday(text: str, *, form: str = "") -> tuple[int, int, int | None] | None:
    """Month, day and the year where it is given: ``1990-02-28``, ``02-28``, or as `form` says."""
    plain = text.strip()
    if not plain:
        return None
    if not form and len(plain.strip("-")) == 5:
        month, dash, number = plain.strip("-").partition("-")
        read = day(f"2000-{month}{dash}{number}", column="birthday")
        return (read.month, read.day, None) if read else None
    has_year = not form or "%Y" in form or "%y" in form
    if has_year:
        read = day(plain, form=form, column="birthday")
    else:  # a leap year lends itself, so that 29 February is a day
        read = day(f"2000 {plain}", form=f"%Y {form}", column="birthday")
    if read is None:
        return None
    return read.month, read.day, read.year if has_year else None


def consent(text: str, *, column: str, no_is_refusal: bool) -> str | None:
    """The basis that a cell states: ``explicit``, ``none`` for a refusal; None for silence.

    A box left alone ("no", "false", 0) is no objection. Words that somebody left by are one, and so
    is a plain no where `no_is_refusal` says that this file means it. Raises `BadValue`.
    """
    word = " ".join(text.strip().lower().replace("-", " ").replace("_", " ").split())
    if word in REFUSED:
        return "none"
    if word in UNDECIDED:
        return None
    if word and yes_or_no(word, column=column):
        return "explicit"
    return "none" if word and no_is_refusal else None


def yes_or_no(text: str, *, column: str) -> bool:
    """``yes``/``no`` and their kin. Raises `BadValue`."""
    word = text.strip().lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise BadValue(f"{column}: “{text}” is neither yes nor no.")


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    english = Locale("en").territories
    names = {str(name).lower(): code for code, name in english.items() if len(code) == 2}
    return names | {"usa": "US", "czech republic": "CZ", "hong kong": "HK", "turkey": "TR"}


@lru_cache(maxsize=1 << 10)
def country(text: str) -> str:
    """ISO 3166-1 code of a country given as code or English name; empty where it is unknown."""
    word = text.strip()
    if len(word) == 2 and word.isascii() and word.isalpha():
        return word.upper()
    return _countries().get(word.lower(), "")


def names(text: str) -> tuple[str, str]:
    """A full name in first and last: the last word is the last name."""
    first, _, last = text.strip().rpartition(" ")
    return (first.strip(), last) if first else (last, "")


def email(text: str, *, column: str = "e-mail") -> str:
    """An address as it is known by, or empty. Raises `BadValue`."""
    plain = text.strip().lower()
    if plain and (plain.count("@") != 1 or len(plain) > 254 or " " in plain):
        raise BadValue(f"{column}: this is not an e-mail address.")
    return plain
