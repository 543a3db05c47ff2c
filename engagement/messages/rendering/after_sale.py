"""Guarantees and claims, as mails speak of them: their data, and how it is made fit to be shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NotRequired, TypedDict

from engagement.messages.rendering.plain_data import clipped, copied, one_line, web_address

TITLE, TEXT = 140, 600
STATES = ("opened", "handed", "accepted", "refused", "settled", "overdue")
OUTCOMES = ("repaired", "replaced", "refunded")


class ClaimData(TypedDict):
    """A warranty claim. `state` is what happened now; `url` leads whom the mail is for to their page.

    `due_at` is when its holder must have answered, `settle_by` when it must be over. `party` is who
    mends it outside the shop.
    """

    title: str
    state: NotRequired[str]
    outcome: NotRequired[str]
    reason: NotRequired[str]
    what: NotRequired[str]
    party: NotRequired[str]
    url: NotRequired[str]
    due_at: NotRequired[datetime | None]
    settle_by: NotRequired[datetime | None]


class GuaranteeData(TypedDict):
    """A guarantee that ends on `until_at`; `offer_months` more can be bought at `offer_url`."""

    title: str
    url: NotRequired[str]
    until_at: NotRequired[datetime | None]
    offer_months: NotRequired[int]
    offer_url: NotRequired[str]


def prepared_claim(given: Mapping[str, Any], languages: tuple[str, ...]) -> dict[str, Any]:
    """In Liquid an empty text counts as true, so nothing is None; unknown words are none."""
    return {
        "title": _text(given.get("title"), TITLE) or "–",
        "state": given.get("state") if given.get("state") in STATES else None,
        "outcome": given.get("outcome") if given.get("outcome") in OUTCOMES else None,
        "reason": _text(given.get("reason"), TEXT),
        "what": _text(given.get("what"), TEXT),
        "party": _text(given.get("party"), TITLE),
        "url": web_address(given.get("url")) or None,
        "due_at": copied(given.get("due_at")),
        "settle_by": copied(given.get("settle_by")),
    }


def prepared_guarantee(given: Mapping[str, Any], languages: tuple[str, ...]) -> dict[str, Any]:
    """The same of a guarantee."""
    months = given.get("offer_months")
    return {
        "title": _text(given.get("title"), TITLE) or "–",
        "url": web_address(given.get("url")) or None,
        "until_at": copied(given.get("until_at")),
        "offer_months": months if isinstance(months, int) and months > 0 else None,
        "offer_url": web_address(given.get("offer_url")) or None,
    }


def _text(value: Any, length: int) -> str | None:
    return clipped(one_line(str(value or "")), length) or None
