"""Send rules that a test steers: everything goes, unless the test says otherwise."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from engagement.messages.models import Message, Reason
from engagement.messages.rules import Go, Ruling, Skip, Wait
from engagement.preferences.queries import suppressed


def mail_context(**overrides: Any) -> dict[str, Any]:
    """The least that every mail can be written from."""
    price = {"minor": 49900, "currency": "CZK"}
    return {
        "store": {"name": "Lipa", "site_url": "https://lipa.example", "postal_address": "Lipova 1"},
        "customer": {"first_name": "Jana"},
        "order": {
            "number": "1001",
            "placed_at": "2026-03-02T09:30:00+00:00",
            "currency": "CZK",
            "lines": [{"title": "Soap", "quantity": 1, "unit_price": price, "total": price}],
            "total": price,
        },
        "products": [{"title": "Soap", "review_url": "https://lipa.example/review"}],
        "links": {
            "unsubscribe_url": "https://after.example/u/token/",
            "preferences_url": "https://after.example/u/token/",
        },
        "zone": "Europe/Prague",
        **overrides,
    }


class FakeRules:
    """`rulings` and `bans` by message id; `before_forbidden` runs at the line where MARK asks.

    `rests_on` is SQL for what the rulings rest on; without it MARK asks about every mail.
    `address_of` a message is `to_email` unless it says another; with `forbids_suppressed` MARK
    hears of suppression as from the real rules.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.rulings: dict[int, Ruling | Exception] = {}
        self.bans: dict[int, Skip | Wait] = {}
        self.before_forbidden: Callable[[], None] | None = None
        self.rests_on: str | None = None
        self.forbids_suppressed = False
        self.address_of: dict[int, str] = {}
        self.after_judge: Callable[[], None] | None = None
        self.to_email = "jana@mail.example"
        self.context: dict[str, Any] = mail_context()
        self.judged: list[list[int]] = []

    def judge(self, *, messages: Sequence[Message], now: datetime) -> Mapping[int, Ruling]:
        self.judged.append([message.pk for message in messages])
        answers: dict[int, Ruling] = {}
        for message in messages:
            ruling = self.rulings.get(message.pk)
            if isinstance(ruling, Exception):
                raise ruling
            answers[message.pk] = ruling or Go(
                to_email=self.address_of.get(message.pk, self.to_email),
                to_name="Jana Nováková",
                language="en",
                context=self.context,
            )
        if self.after_judge is not None:
            self.after_judge()
        return answers

    def forbidden(self, *, messages: Sequence[Message], now: datetime) -> Mapping[int, Skip | Wait]:
        if self.before_forbidden is not None:
            self.before_forbidden()
        if self.forbids_suppressed:
            gone = suppressed(emails=self.address_of.values())
            return {
                message.pk: Skip(Reason.UNSUBSCRIBED)
                for message in messages
                if self.address_of[message.pk] in gone
            }
        return {
            message.pk: self.bans[message.pk] for message in messages if message.pk in self.bans
        }

    def grounds(self, *, marketing: bool) -> str | None:
        return self.rests_on


RULES = FakeRules()
