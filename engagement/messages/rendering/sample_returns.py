"""Sample data of a return: full, minimal, and hostile."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

Sample = dict[str, Any]
PAGE = "https://care.lipa.example/portal/lipa/returns/sample/"


def full_return(*, now: datetime, lines: list[Sample]) -> Sample:
    """Two of three lines come back, with everything that a mail can tell of it."""
    return {
        "reference": "R-7KD29QX",
        "kind": "return",
        "outcome": "refund",
        "way": "label",
        "shop_pays": True,
        "is_partial": False,
        "lines": lines,
        "money": {"minor": 68700, "currency": "CZK"},
        "credit": {"minor": 75570, "currency": "CZK"},
        "bonus": {"minor": 6870, "currency": "CZK"},
        "reason": "The jar was opened, and creams cannot be sold again then.",
        "new_order": "1077",
        "declared_name": "Jana Nováková",
        "declared_email": "jana@mail.example",
        "page_url": PAGE,
        "label_url": f"{PAGE}slip.pdf",
        "requested_at": now + timedelta(days=9),
        "answer_by": now + timedelta(days=11),
        "send_by": now + timedelta(days=23),
        "pay_by": now + timedelta(days=37),
    }


def minimal_return() -> Sample:
    """As little as a return can be told of."""
    euro = {"minor": 990, "currency": "EUR"}
    when = datetime.fromisoformat("2026-11-25T08:30:00+00:00")
    return {"reference": "R-7KD29QX", "money": euro, "credit": euro, "requested_at": when}


def hostile_return(*, attacks: Sequence[str], links: Sequence[str], lines: list[Sample]) -> Sample:
    """`attacks` in every text, `links` in every address."""
    return {
        "reference": attacks[7],
        "kind": attacks[0],
        "outcome": attacks[2],
        "way": attacks[3],
        "lines": lines,
        "reason": " ".join(attacks),
        "new_order": attacks[1],
        "declared_name": attacks[0],
        "declared_email": attacks[1],
        "page_url": links[0],
        "label_url": links[2],
    }
