"""Pure rules of flows: which news may start one, who is held out."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from engagement.flows.definition import Condition

Verdict = Literal["plan", "burn", "ignore"]


def news_verdict(
    *,
    origin: str,
    occurred_at: datetime,
    activated_at: datetime,
    due_at: datetime,
    grace: timedelta,
    now: datetime,
) -> Verdict:
    """Whether a mail may be promised because of this news (the backfill guards, engine study §3.9).

    ``ignore``: imported history, or from before the flow was switched on. ``burn``: live or
    replayed news that is too old, or a mail whose time has long passed; its key is used up, so that
    the same news told again sends nothing either. Otherwise ``plan``.
    """
    if origin == "import" or occurred_at < activated_at:
        return "ignore"
    if now - occurred_at > grace or now - due_at > grace:
        return "burn"
    return "plan"


def is_held_out(*, salt: str, flow: str, customer_id: int, holdout_bp: int) -> bool:
    """Whether this customer belongs to the share of `holdout_bp` hundredths of a percent left out.

    Always the same answer for the same customer; raising the share only adds people.
    """
    digest = hmac.new(salt.encode(), f"{flow}|{customer_id}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") % 10_000 < holdout_bp


def meets(*, conditions: Sequence[Condition], facts: Mapping[str, Any]) -> bool:
    """Whether every condition holds. A fact that is not known meets no condition."""
    return all(_holds(condition, facts.get(condition.fact)) for condition in conditions)


def _holds(condition: Condition, known: Any) -> bool:
    if known is None:
        return False
    wanted: Any = condition.value
    match condition.operator:
        case "is":
            return bool(known == wanted)
        case "one_of":
            return known in wanted
        case "at_least":
            return bool(known >= wanted)
        case "at_most":
            return bool(known <= wanted)
    return False
