"""What a flow is, as frozen data: what starts it, who gets it, its steps, what ends it early.

A `Definition` is kept as JSON in an immutable `FlowVersion`. `from_json` checks everything and
speaks to the merchant who edited it; nothing past this door meets a broken definition.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any, Literal

from engagement.preferences.topics import Topic

MessageClass = Literal["transactional", "marketing"]
Subject = Literal["order", "fulfillment", "customer", "refund", "claim", "guarantee"]
CountsFrom = Literal["event", "arrival", "occasion"]
OnePer = Literal["subject", "event", "product"]

CLASSES = ("transactional", "marketing")
SUBJECTS = ("order", "fulfillment", "customer", "refund", "claim", "guarantee")
ANCHORS = ("event", "arrival", "occasion")
ONE_PER = ("subject", "event", "product")
# Flows whose versions were written before there were topics; of the others it was offers.
TOPICS_BEFORE = {
    "review_request": Topic.REVIEWS.value,
    "replenishment": Topic.REPLENISHMENT.value,
    "birthday": Topic.BIRTHDAY.value,
    "account_anniversary": Topic.BIRTHDAY.value,
}
SETTINGS = ("review_delay", "replenish_interval")
# Mails whose structure has a place for a voucher.
GIVING = frozenset(
    {
        *("thank_you", "order_confirmation", "order_shipped", "documents_ready"),
        *("birthday", "account_anniversary", "win_back_2", "holiday_greeting", "newsletter"),
    }
)
OPERATORS = ("is", "at_least", "at_most", "one_of")
LONGEST_DAYS = 3660
LONGEST_HOURS = LONGEST_DAYS * 24
KEY = re.compile(r"[a-z][a-z0-9_]{0,47}")
EVENT = re.compile(r"[a-z_]+\.[a-z_]+")
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")

Scalar = str | int | bool


class BadDefinition(ValueError):
    """A flow that cannot work. The message is fit for the merchant who wrote it."""


@dataclass(frozen=True, slots=True)
class Wait:
    """How long after its anchor a step goes: elapsed hours, or local days at a local time.

    With `setting` the days come from the store, category or product when the mail is due.
    """

    hours: float = 0
    days: int | None = None
    at: str = ""
    setting: str = ""

    @property
    def at_time(self) -> time:
        return time.fromisoformat(self.at)

    def check(self, where: str) -> None:
        """Raise `BadDefinition` when the wait cannot be computed."""
        by_days = self.days is not None or bool(self.setting)
        if self.days is not None and self.setting:
            raise BadDefinition(f"{where}: give either days or a setting, not both.")
        if by_days and self.hours:
            raise BadDefinition(f"{where}: give either hours or days, not both.")
        if by_days and not CLOCK.fullmatch(self.at):
            raise BadDefinition(f"{where}: say at what local time it goes, like 10:00.")
        if not by_days and self.at:
            raise BadDefinition(f"{where}: a local time only makes sense with days.")
        if not 0 <= self.hours <= LONGEST_HOURS:
            raise BadDefinition(f"{where}: hours must be between 0 and {LONGEST_HOURS}.")
        if self.days is not None and not 0 <= self.days <= LONGEST_DAYS:
            raise BadDefinition(f"{where}: days must be between 0 and {LONGEST_DAYS}.")
        if self.setting and self.setting not in SETTINGS:
            raise BadDefinition(
                f"{where}: there is no setting {self.setting!r}; choose from {', '.join(SETTINGS)}."
            )


@dataclass(frozen=True, slots=True)
class Gift:
    """The voucher that a step gives along. Amounts are minor units of the store's currency."""

    kind: str
    amount_minor: int | None = None
    percent: int | None = None
    gift: str = ""
    minimum_minor: int = 0
    valid_days: int = 30

    def check(self, where: str) -> None:
        """Raise `BadDefinition` when it is worth nothing."""
        worth = {
            "value": (self.amount_minor or 0) > 0,
            "percent": 1 <= (self.percent or 0) <= 100,
            "free_delivery": True,
            "gift": bool(self.gift.strip()),
        }
        if not worth.get(self.kind, False):
            raise BadDefinition(f"{where}: say what its voucher is worth.")
        if self.minimum_minor < 0 or not 1 <= self.valid_days <= LONGEST_DAYS:
            raise BadDefinition(f"{where}: a voucher is valid for 1 to {LONGEST_DAYS} days.")


@dataclass(frozen=True, slots=True)
class Step:
    """One mail of a flow. Its `key` never changes: it is part of what makes a mail unique.

    `follows` names an earlier step of the flow: the wait counts from that one. News older than
    `grace_hours` when it reaches us sends nothing; a mail not gone `expires_after_hours` after its
    time is given up. `usual_days` is the range the dashboard suggests. `voucher` goes along to whoever
    may be offered something.
    """

    key: str
    template: str
    wait: Wait = field(default_factory=Wait)
    follows: str = ""
    grace_hours: int = 48
    expires_after_hours: int = 72
    usual_days: tuple[int, int] | None = None
    voucher: Gift | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """A plain test of a fact known when the flow starts (of the event or its order)."""

    fact: str
    value: Scalar | tuple[Scalar, ...]
    operator: str = "is"


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole flow.

    `counts_from` is what waits count from: the event, the arrival of the goods, or an occasion's
    local date. `one_per` makes a mail unique: once per subject, once per event, once per product
    and purchase. `overtaken_by` names parcel statuses after which the mail is pointless.
    `waits_for_peace`: not while something of this customer is unsettled. `is_courtesy`: marketing by
    its caps and hours, but it offers nothing and needs no recorded yes, only the absence of a no.
    `is_fused`: a sudden flood pauses it. `is_off_at_first`: the merchant has to switch it on.
    `topic` is what a marketing flow needs consent for, and has to be said; order news has none.
    """

    key: str
    title: str
    purpose: str
    message_class: MessageClass
    subject: Subject
    starts_on: tuple[str, ...]
    steps: tuple[Step, ...]
    counts_from: CountsFrom = "event"
    one_per: OnePer = "subject"
    conditions: tuple[Condition, ...] = ()
    ends_on: tuple[str, ...] = ()
    overtaken_by: tuple[str, ...] = ()
    waits_for_peace: bool = False
    is_courtesy: bool = False
    is_fused: bool = True
    is_off_at_first: bool = False
    holdout_bp: int = 0
    topic: str = ""

    def __post_init__(self) -> None:
        check(self)

    @property
    def is_marketing(self) -> bool:
        return self.message_class == "marketing"

    def step(self, key: str) -> Step | None:
        """The step of that key, or None where it was taken out."""
        return next((step for step in self.steps if step.key == key), None)

    def to_json(self) -> dict[str, Any]:
        """As a `FlowVersion` keeps it. Defaults are written out: they may change, versions not."""
        return {
            name: _plain(getattr(self, name))
            for name in (
                *("key", "title", "purpose", "message_class", "subject", "starts_on", "steps"),
                *("counts_from", "one_per", "conditions", "ends_on", "overtaken_by"),
                *("waits_for_peace", "is_courtesy", "is_fused", "is_off_at_first"),
                *("holdout_bp", "topic"),
            )
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Definition":
        """The definition in `raw`. Raises `BadDefinition`."""
        try:
            topic = ""  # versions of order news were once written with one
            if raw["message_class"] == "marketing":
                topic = raw.get("topic") or TOPICS_BEFORE.get(raw["key"], Topic.OFFERS.value)
            parts = {
                **raw,
                "topic": topic,
                "steps": tuple(_step(step) for step in raw["steps"]),
                "conditions": tuple(_condition(item) for item in raw.get("conditions", ())),
                **{
                    name: tuple(raw.get(name, ()))
                    for name in ("starts_on", "ends_on", "overtaken_by")
                },
            }
            return cls(**parts)
        except BadDefinition:
            raise
        except KeyError as error:
            raise BadDefinition(f"The flow does not say its {error.args[0]!r}.") from error
        except (TypeError, AttributeError, ValueError) as error:
            raise BadDefinition(f"The flow cannot be read: {error}") from error


def check(flow: Definition) -> None:
    """Raise `BadDefinition` when the flow cannot work, naming what to mend."""
    if not KEY.fullmatch(flow.key):
        raise BadDefinition(f"{flow.key!r} is no key: small letters, digits and underscores.")
    for name, value, known in (
        ("message class", flow.message_class, CLASSES),
        ("subject", flow.subject, SUBJECTS),
        ("start of counting", flow.counts_from, ANCHORS),
        ("one-per rule", flow.one_per, ONE_PER),
    ):
        if value not in known:
            raise BadDefinition(f"{value!r} is no {name}; choose from {', '.join(known)}.")
    if not flow.starts_on:
        raise BadDefinition("Say which event starts the flow.")
    for event in (*flow.starts_on, *flow.ends_on):
        if not isinstance(event, str) or not EVENT.fullmatch(event):
            raise BadDefinition(f"{event!r} is no event; they are written like order.placed.")
    if not 0 <= flow.holdout_bp <= 10_000:
        raise BadDefinition("The share held out lies between 0 and 100 percent.")
    if flow.holdout_bp and not flow.is_marketing:
        raise BadDefinition(
            "Order news is never held out; only marketing flows can be measured so."
        )
    if flow.is_marketing and flow.topic not in Topic.values:
        raise BadDefinition(f"{flow.topic!r} is no topic; choose from {', '.join(Topic.values)}.")
    if flow.topic and not flow.is_marketing:
        raise BadDefinition("Order news has no topic: it is always sent.")
    for condition in flow.conditions:
        if condition.operator not in OPERATORS:
            raise BadDefinition(
                f"{condition.operator!r} is no comparison; choose from {', '.join(OPERATORS)}."
            )
    _check_steps(flow)


def _check_steps(flow: Definition) -> None:
    if not flow.steps:
        raise BadDefinition("A flow needs at least one step.")
    seen: set[str] = set()
    for step in flow.steps:
        where = f"Step {step.key!r}"
        if not KEY.fullmatch(step.key):
            raise BadDefinition(f"{step.key!r} is no step key: small letters, digits, underscores.")
        if step.key in seen:
            raise BadDefinition(f"{where} stands twice; each step needs a key of its own.")
        if step.follows and step.follows not in seen:
            raise BadDefinition(
                f"{where} follows {step.follows!r}, which does not stand before it."
            )
        if not KEY.fullmatch(step.template):
            raise BadDefinition(f"{where} does not say which mail it sends.")
        if not 0 < step.grace_hours <= LONGEST_HOURS:
            raise BadDefinition(f"{where}: news may be at least one hour old.")
        if not 0 < step.expires_after_hours <= LONGEST_HOURS:
            raise BadDefinition(f"{where}: it needs at least one hour to go out.")
        step.wait.check(where)
        if step.voucher is not None:
            if step.template not in GIVING:
                raise BadDefinition(f"{where}: its mail has no place for a voucher.")
            step.voucher.check(where)
        seen.add(step.key)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Wait | Step | Condition | Gift):
        return {name: _plain(getattr(value, name)) for name in value.__slots__}
    return value


def _step(raw: Mapping[str, Any]) -> Step:
    parts = {**raw, "wait": Wait(**raw.get("wait", {}))}
    if voucher := raw.get("voucher"):
        parts["voucher"] = Gift(**voucher)
    if usual := raw.get("usual_days"):
        parts["usual_days"] = (int(usual[0]), int(usual[1]))
    return Step(**parts)


def _condition(raw: Mapping[str, Any]) -> Condition:
    value = raw["value"]
    return Condition(**{**raw, "value": tuple(value) if isinstance(value, list) else value})
