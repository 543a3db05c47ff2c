"""Reading foreign JSON without trusting it: sizes, types, times and amounts, all or `Unreadable`.

Numbers become `int` or `Decimal`, never a float: order ids pass 2^53 and prices are exact.
"""

import json
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from core.money import NOTHING, Amount, BadAmount, read_amount
from orders.ingest.snapshots import Unreadable

MAX_DEPTH = 64
MAX_BODY_BYTES = 5 * 1024 * 1024
LARGEST_BIGINT = 2**63 - 1
LARGEST_QUANTITY = Decimal(10) ** 11
# What PostgreSQL cannot keep in a text: NUL and halves of surrogate pairs.
UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")
PLAUSIBLE_EMAIL = re.compile(r"[^@\s\"'<>,;()\[\]\\]+@[^@\s\"'<>,;()\[\]\\]+\.[^@\s.,;]{2,}")


def read_json(body: bytes) -> Any:
    """The JSON value in `body`, at most 64 levels deep. Raises `Unreadable`."""
    try:
        value = json.loads(
            body.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse_constant
        )
    except UnicodeDecodeError as error:
        raise Unreadable("The body is not UTF-8 text.") from error
    except RecursionError as error:
        raise Unreadable(f"The body is nested deeper than {MAX_DEPTH} levels.") from error
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"The body is not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from error
    except (ValueError, InvalidOperation) as error:
        raise Unreadable("The body holds a number that cannot be read.") from error
    check_depth(value)
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise Unreadable(f"The body holds {name}, which is no JSON number.")


def check_depth(value: Any) -> None:
    """Raise `Unreadable` when `value` is nested deeper than `MAX_DEPTH`."""
    layer, depth = [value], 0
    while layer:
        depth += 1
        if depth > MAX_DEPTH:
            raise Unreadable(f"The body is nested deeper than {MAX_DEPTH} levels.")
        below: list[Any] = []
        for item in layer:
            if isinstance(item, dict):
                below.extend(v for v in item.values() if isinstance(v, dict | list))
            elif isinstance(item, list):
                below.extend(v for v in item if isinstance(v, dict | list))
        layer = below


def as_object(value: Any, *, what: str) -> dict[str, Any]:
    """`value` as a JSON object. `what` names it in the reason."""
    if not isinstance(value, dict):
        raise Unreadable(f"{what} is {_kind(value)}, not an object.")
    return value


def objects(value: Any, *, what: str) -> list[dict[str, Any]]:
    """`value` as a list of objects; null is an empty list."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unreadable(f"{what} is {_kind(value)}, not a list.")
    return [as_object(item, what=f"An entry of {what}") for item in value]


def maybe_object(value: Any) -> dict[str, Any]:
    """`value` where it is an object; anything else is as good as nothing."""
    return value if isinstance(value, dict) else {}


def entries(value: Any) -> list[dict[str, Any]]:
    """The objects of a list that is merely nice to have; whatever else stands there is left out."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def require(body: dict[str, Any], *keys: str, what: str) -> None:
    """Raise `Unreadable` when one of `keys` is absent: the body is something else."""
    if missing := [key for key in keys if key not in body]:
        raise Unreadable(f"The body is no {what}: it has no {', '.join(missing)}.")


def text(value: Any, *, limit: int = 300) -> str:
    """`value` as a trimmed text of at most `limit` characters; null and structures are empty."""
    if value is None or isinstance(value, dict | list | bool):
        return ""
    return UNKEEPABLE.sub("", str(value)).strip()[:limit]


def identifier(value: Any, *, what: str) -> str:
    """An id as text. Empty ids and fractions are refused, since rows hang on them."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Unreadable(f"{what} is {_kind(value)}, not an id.")
    found = text(value, limit=121)
    if not found or len(found) > 120:
        raise Unreadable(f"{what} is empty or longer than 120 characters.")
    return found


def maybe_identifier(value: Any) -> str:
    """An id as text, or empty where there is none (null, 0, empty)."""
    if isinstance(value, bool) or not isinstance(value, int | str) or value in (0, "", "0"):
        return ""
    return text(value, limit=120)


def moment(value: Any, *, what: str, zone: tzinfo = UTC) -> datetime | None:
    """An ISO 8601 time in UTC; one without an offset is read in `zone`; null and empty are None."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise Unreadable(f"{what} is {_kind(value)}, not a time.")
    try:
        read = datetime.fromisoformat(value.strip())
        if read.tzinfo is None:
            read = read.replace(tzinfo=zone)
        read = read.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Unreadable(f"{what} is not a time: {text(value, limit=40)!r}.") from error
    if not 1970 <= read.year <= 9000:
        raise Unreadable(f"{what} lies outside any calendar we keep: {text(value, limit=40)!r}.")
    return read


def needed_moment(value: Any, *, what: str, zone: tzinfo = UTC) -> datetime:
    """`moment`, where the body makes no sense without it."""
    read = moment(value, what=what, zone=zone)
    if read is None:
        raise Unreadable(f"{what} is missing.")
    return read


def promised_day(value: Any, *, what: str, zone: tzinfo = UTC) -> datetime | None:
    """A promised time; a bare day (or its midnight) becomes that day's noon, which is the same day
    in nearly every zone: a promise is broken when the shop's local day is over."""
    read = moment(value, what=what, zone=zone)
    if read is None:
        return None
    local = read.astimezone(zone)
    return local.replace(hour=12).astimezone(UTC) if local.time() == time(0, 0) else read


def day(value: Any, *, what: str) -> date | None:
    """A calendar day out of a date or the date part of a time."""
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise Unreadable(f"{what} is not a day: {text(value, limit=40)!r}.") from error


def quantity(value: Any, *, what: str) -> Decimal:
    """A quantity with at most three decimals, as WooCommerce's fractional ones need."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise Unreadable(f"{what} is {_kind(value)}, not a number.")
    try:
        read = Decimal(value)
    except InvalidOperation as error:
        raise Unreadable(f"{what} is not a number: {text(value, limit=40)!r}.") from error
    if not read.is_finite() or abs(read) >= LARGEST_QUANTITY:
        raise Unreadable(f"{what} is larger than anything that can be sold.")
    return read.quantize(Decimal("0.001")).normalize() + Decimal(0)


def whole(value: Any, *, what: str, least: int = 0, most: int = 32767) -> int | None:
    """A whole number between `least` and `most`; null is None."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Unreadable(f"{what} must be a whole number from {least} to {most}.")
    return value


def money(value: Any, *, currency: str, what: str) -> Amount:
    """An amount in `currency`; null and empty are nothing."""
    if value is None:
        return NOTHING
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise Unreadable(f"{what} is {_kind(value)}, not an amount of money.")
    try:
        read = read_amount(value, currency=currency)
    except BadAmount as error:
        raise Unreadable(f"{what}: {error}") from error
    if abs(read.minor) > LARGEST_BIGINT:
        raise Unreadable(f"{what} is more money than there is.")
    return read


def currency_code(value: Any, *, what: str = "The currency") -> str:
    """Three letters, upper case."""
    code = text(value).upper()
    if not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise Unreadable(f"{what} is no currency code: {text(value, limit=20)!r}.")
    return code


def country_code(value: Any) -> str:
    """Two letters, upper case; anything else is unknown."""
    code = text(value).upper()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else ""


def email(value: Any) -> str:
    """An address a mail could reach, or empty: one bad address must not lose an order."""
    found = text(value, limit=255)
    return found if len(found) <= 254 and PLAUSIBLE_EMAIL.fullmatch(found) else ""


def link(value: Any, *, limit: int = 1000) -> str:
    """A web address, or empty: a link of another kind (``javascript:``) is never kept."""
    found = text(value, limit=limit + 1)
    return found if found.startswith(("https://", "http://")) and len(found) <= limit else ""


def truthy(value: Any) -> bool:
    """Yes as shops write it: true, 1, "yes", "on", "gift"."""
    return text(value).lower() in {"1", "true", "yes", "y", "on", "gift"} or value is True


def first_text(values: Iterable[Any], *, limit: int = 300) -> str:
    """The first of `values` that says something."""
    return next((found for value in values if (found := text(value, limit=limit))), "")


def _kind(value: Any) -> str:
    names: dict[type, str] = {
        dict: "an object",
        list: "a list",
        str: "a text",
        bool: "true or false",
        type(None): "missing",
    }
    return names.get(type(value), "a number")
