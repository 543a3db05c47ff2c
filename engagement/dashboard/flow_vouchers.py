"""What the steps of a flow give along, as a line a step: ``wish: 10 %, from 500, 30 days``. Pure."""

import re
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from core.money import to_decimal, to_minor
from engagement.flows.definition import GIVING, BadDefinition, Definition, Gift

_percent = re.compile(r"(\d{1,3}) ?%(?: off)?")
_amount = re.compile(r"([\d.]+) off")
_gift = re.compile(r"gift:? (.+)")
_least = re.compile(r"from ([\d.]+)")
_days = re.compile(r"(\d{1,4}) days?")
HELP = (
    "Write: 10 %, 150 off, free delivery, or gift A sponge; behind a comma, as you like: from 500, "
    "30 days."
)


def write_vouchers(flow: Definition, *, currency: str) -> str:
    """One line for each step that gives a voucher."""
    return "\n".join(
        f"{step.key}: {_words(step.voucher, currency=currency)}"
        for step in flow.steps
        if step.voucher is not None
    )


def _words(gift: Gift, *, currency: str) -> str:
    worth = {
        "percent": f"{gift.percent} %",
        "value": f"{_plain(gift.amount_minor or 0, currency)} off",
        "free_delivery": "free delivery",
        "gift": f"gift {gift.gift}",
    }[gift.kind]
    least = f", from {_plain(gift.minimum_minor, currency)}" if gift.minimum_minor else ""
    return f"{worth}{least}, {gift.valid_days} days"


def _plain(minor: int, currency: str) -> str:
    return f"{to_decimal(minor=minor, currency=currency):f}"


def read_vouchers(text: str, flow: Definition, *, currency: str) -> Definition:
    """`flow` with the vouchers of the lines and no others. Raises `BadDefinition`."""
    gifts: dict[str, Gift] = {}
    for line in filter(None, (raw.strip() for raw in text.splitlines())):
        key, colon, words = (part.strip() for part in line.partition(":"))
        step = flow.step(key)
        if not colon or step is None or step.template not in GIVING:
            known = ", ".join(one.key for one in flow.steps if one.template in GIVING)
            raise BadDefinition(
                f"“{line}” names no mail that can carry a voucher. Here: {known or 'none can'}."
            )
        gifts[key] = _read(words, where=key, currency=currency)
    steps = tuple(replace(step, voucher=gifts.get(step.key)) for step in flow.steps)
    return replace(flow, steps=steps)


def _read(words: str, *, where: str, currency: str) -> Gift:
    worth, *more = (part.strip() for part in words.split(","))
    least, days = 0, 30
    for term in more:
        if found := _least.fullmatch(term):
            least = _minor(found[1], where=where, currency=currency)
        elif found := _days.fullmatch(term):
            days = int(found[1])
        else:
            raise BadDefinition(f"“{term}” cannot be read for {where}. {HELP}")
    if found := _percent.fullmatch(worth):
        return Gift(kind="percent", percent=int(found[1]), minimum_minor=least, valid_days=days)
    if found := _amount.fullmatch(worth):
        minor = _minor(found[1], where=where, currency=currency)
        return Gift(kind="value", amount_minor=minor, minimum_minor=least, valid_days=days)
    if worth == "free delivery":
        return Gift(kind="free_delivery", minimum_minor=least, valid_days=days)
    if found := _gift.fullmatch(worth):
        return Gift(kind="gift", gift=found[1].strip(), minimum_minor=least, valid_days=days)
    raise BadDefinition(f"“{worth}” cannot be read for {where}. {HELP}")


def _minor(text: str, *, where: str, currency: str) -> int:
    try:
        return to_minor(amount=Decimal(text), currency=currency)
    except InvalidOperation as error:
        raise BadDefinition(f"“{text}” is no amount, for {where}. {HELP}") from error
