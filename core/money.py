"""Money: integer minor units in the database, `Decimal` in code, never a float.

An amount in minor units means nothing without its ISO 4217 currency: 1000 is ten euro or a
thousand yen. `exponent` knows which.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from babel import Locale
from babel.numbers import format_currency, get_currency_precision


class BadAmount(ValueError):
    """A text that is no amount of money."""


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount read from outside: rounded to the currency, with its text kept where it lost by it."""

    minor: int
    source_text: str = ""


NOTHING = Amount(0)


@lru_cache(maxsize=256)
def exponent(currency: str) -> int:
    """How many decimals the currency has (CLDR): 2 for EUR and CZK, 0 for JPY."""
    return get_currency_precision(currency.upper())


def to_decimal(*, minor: int, currency: str) -> Decimal:
    """Minor units as a decimal amount: 1999 EUR is ``Decimal("19.99")``."""
    return Decimal(minor).scaleb(-exponent(currency))


def to_minor(*, amount: Decimal, currency: str) -> int:
    """A decimal amount in minor units, halves rounded away from zero."""
    return int(amount.scaleb(exponent(currency)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def read_amount(value: object, *, currency: str) -> Amount:
    """Money as platforms send it: a text, an integer or (WooCommerce line prices) a JSON number.

    Empty and null are zero. Raises `BadAmount`.
    """
    if value is None or value == "":
        return NOTHING
    text = str(value).strip()
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise BadAmount(f"{text!r} is not an amount of money.") from error
    if not amount.is_finite() or abs(amount) >= Decimal(10) ** 15:
        raise BadAmount(f"{text!r} is not an amount of money.")
    minor = to_minor(amount=amount, currency=currency)
    exact = to_decimal(minor=minor, currency=currency) == amount
    return Amount(minor, "" if exact else text[:64])


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    return Locale.parse(language.replace("-", "_"))


def money_text(*, minor: int, currency: str, language: str) -> str:
    """An amount as people of that language write it: ``1 234,50 Kč``."""
    return format_currency(
        to_decimal(minor=minor, currency=currency), currency, locale=_locale(language)
    )
