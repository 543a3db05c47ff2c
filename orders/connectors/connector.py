"""What a connector is: one file per system of a shop, handed plain data, answering in four words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from core.outbound import Answer

Verdict = Literal["done", "refused", "later", "gone"]


@dataclass(frozen=True, slots=True)
class Access:
    """Where a system is and what opens it."""

    address: str
    credentials: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Job:
    """One command as plain data. `again`: an earlier try may have arrived, so look first.

    `key` is the same for every try. Amounts in `payload` are minor units.
    """

    kind: str
    order_id: str
    order_number: str
    currency: str
    payload: Mapping[str, Any]
    key: str
    again: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended. *refused*: the system will not, ever. *later*: try again. *gone*: the system
    wants to hear nothing any more. `words` are for the merchant; `answer` has no people's data."""

    verdict: Verdict
    words: str = ""
    answer: Mapping[str, Any] = field(default_factory=dict)
    after: timedelta | None = None


class Connector(Protocol):
    """One platform. Raises `core.outbound.Forbidden` and `Unreachable` where a call does."""

    platform: str
    can: frozenset[str]
    """Kinds of commands that it can carry out."""
    needs: Mapping[str, str]
    """Credentials by name, each with the words that ask the merchant for it."""

    def hand_over(self, *, access: Access, job: Job) -> Outcome:
        """Have it done. Kind ``test`` sees whether address and credentials are right, and changes
        nothing there."""
        ...


ONLY_FOR_UNKNOWN = (
    "It is for certain goods only, and some of them did not come from this platform: make it there "
    "by hand."
)


def unusual(answer: Answer, *, who: str) -> Outcome:
    """What an answer that is not 2xx means: busy and broken are tried again, the rest is a no."""
    if answer.status in (408, 425, 429) or answer.status >= 500:
        words = f"{who} answered {answer.status}; it is tried again."
        return Outcome("later", words, after=retry_after(answer))
    if answer.status in (401, 403):
        # Not a no to this command: once the merchant has mended them, it goes through.
        return Outcome("later", f"{who} does not accept the credentials ({answer.status}).")
    if 300 <= answer.status < 400:
        return Outcome("refused", f"{who} sent us elsewhere, which is not followed.")
    return Outcome("refused", f"{who} refused with {answer.status}.")


def retry_after(answer: Answer) -> timedelta | None:
    """The pause asked for in seconds, at most a day; dates are not read."""
    said = answer.headers.get("retry-after", "").strip()
    try:
        seconds = float(said)
    except ValueError:
        return None
    return timedelta(seconds=min(max(seconds, 1.0), 86_400.0)) if seconds == seconds else None
