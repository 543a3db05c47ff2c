"""Make what came from outside fit its columns, before the database refuses the whole order."""

import hashlib
import json
from dataclasses import asdict, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any

from django.db import models

from core.money import Amount
from orders.ingest.snapshots import LineSnapshot, Unreadable

NUL = "\\u0000"  # how JSON writes it


def fit(row: models.Model) -> None:
    """Shorten texts to their columns, drop NUL, and keep only web addresses in address columns."""
    for name, limit, is_address in _texts_of(type(row)):
        text = getattr(row, name)
        if not text or not isinstance(text, str):
            continue
        fitting = text.replace("\x00", "")
        if is_address:
            fits = fitting.startswith(("http://", "https://")) and len(fitting) <= (limit or 200)
            fitting = fitting if fits else ""
        elif limit:
            fitting = fitting[:limit]
        if fitting != text:
            setattr(row, name, fitting)


@lru_cache(maxsize=64)
def _texts_of(model: type[models.Model]) -> list[tuple[str, int | None, bool]]:
    """The text columns of a model: name, length, whether it holds a web address."""
    return [
        (column.attname, column.max_length, isinstance(column, models.URLField))
        for column in model._meta.concrete_fields
        if isinstance(column, models.CharField | models.TextField)
    ]


def identity(text: str, *, of: str) -> str:
    """An external id as given. Raises `Unreadable` where it is empty, or too long to be kept whole."""
    text = text.replace("\x00", "").strip()
    if not text:
        raise Unreadable(f"The {of} has no id, so it could not be told from others.")
    if len(text) > 120:
        raise Unreadable(f"The id of the {of} is longer than 120 characters.")
    return text


def quantity(number: Decimal) -> Decimal:
    """A quantity with three decimals. Raises `Unreadable` for what is no quantity."""
    if not number.is_finite() or abs(number) >= Decimal(10) ** 11:
        raise Unreadable(f"{number} is not a quantity.")
    return number.quantize(Decimal("0.001"))


def plain(value: Any) -> Any:
    """`value` as JSON keeps it: no NUL, decimals and times as texts of one form."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(key).replace("\x00", ""): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value.replace("\x00", "") if isinstance(value, str) else value


def number_text(number: Decimal) -> str:
    """A decimal as a text of one form: ``2.5``, whether it was ``2.50`` or ``2.500``."""
    return _number_text(str(number))


@lru_cache(maxsize=4_096)
def _number_text(number: str) -> str:  # pieces are few and small; formatting them is slow
    return f"{Decimal(number).normalize():f}"


def fingerprint(value: Any) -> str:
    """SHA-256 over `plain(value)`, as hex: equal for equal content, whatever its types were."""
    text = json_text(value)
    if NUL in text:
        text = json_text(plain(value))
    return sha256_of(text)


def json_text(value: Any) -> str:
    """`value` in the one form that fingerprints are made of."""
    return _ENCODER.encode(value)


def sha256_of(text: str) -> str:
    """SHA-256 as hex."""
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=64)
def _fields_of(kind: type) -> tuple[tuple[str, ...], attrgetter]:
    names = tuple(one.name for one in fields(kind))
    return names, attrgetter(*names)


def _plain_one(value: Any) -> Any:
    """`plain` of what JSON does not know itself; the encoder walks the rest, which is much faster."""
    kind = type(value)
    if kind is LineSnapshot:  # an order may have hundreds: one flat list each
        return line_cells(value)
    if kind is Amount:
        return {"minor": value.minor, "source_text": value.source_text}
    if is_dataclass(kind):
        names, read = _fields_of(kind)
        found = read(value)
        return dict(zip(names, found if len(names) > 1 else (found,), strict=True))
    return plain(value)


def line_cells(line: LineSnapshot) -> list[Any]:
    """A line as fingerprints have it: its id first."""
    texts = _LINE_TEXTS(line)
    price, total, discount, tax = _LINE_AMOUNTS(line)
    return [
        *texts,
        number_text(line.quantity),
        price.minor,
        price.source_text,
        total.minor,
        total.source_text,
        discount.minor,
        discount.source_text,
        tax.minor,
        tax.source_text,
    ]


_AMOUNTS = ("unit_price", "total", "discount", "tax")
_LINE_AMOUNTS = attrgetter(*_AMOUNTS)
_LINE_TEXTS = attrgetter(
    *(one.name for one in fields(LineSnapshot) if one.name not in {*_AMOUNTS, "quantity"})
)
_ENCODER = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain_one
)
