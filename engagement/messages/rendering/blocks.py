"""The parts of a mail that a merchant may leave out, each by emptying the data it shows.

Structures leave out what there is no data for, in both parts alike. The words still see all data.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from engagement.messages.rendering.structure import TEMPLATES


@dataclass(frozen=True, slots=True)
class Block:
    """A part: its name for people, the partial that draws it, and what it shows, as dotted paths."""

    title: str
    partial: str
    shows: tuple[str, ...]


BLOCKS: Mapping[str, Block] = {
    "lines": Block(
        "The goods, line by line",
        "order_lines",
        ("order.lines", "fulfillment.lines", "refund.lines"),
    ),
    "totals": Block("Prices and total", "totals", ("order.total",)),
    "address": Block("Delivery address", "address", ("order.address_lines",)),
    "payment": Block("Way of payment", "address", ("order.payment_method",)),
    "parcel": Block(
        "Carrier, tracking number and expected day",
        "parcel",
        ("fulfillment.carrier", "fulfillment.tracking_number", "fulfillment.estimated_at"),
    ),
    "signature": Block("The thanks, signed by a person", "signature", ("thanks",)),
    "returns": Block("Returns in two lines", "returns", ("store.returns_summary",)),
    "guide": Block("Link to the guide", "guide", ("guide",)),
    "phone": Block("Our telephone number", "contact", ("store.phone",)),
    "places": Block(
        "Links to questions and answers, blog and social pages",
        "contact",
        ("store.faq_url", "store.blog_url", "store.social"),
    ),
}


@lru_cache(maxsize=128)
def blocks_of(template: str) -> dict[str, Block]:
    """The parts that `template` has and that may be left out, by key. None for an unknown mail."""
    path = TEMPLATES / "emails" / template / "structure.mjml"
    source = path.read_text(encoding="utf-8") if path.is_file() else ""
    return {key: block for key, block in BLOCKS.items() if f'path="{block.partial}.mjml"' in source}


def without(data: dict[str, Any], hidden: list[str]) -> dict[str, Any]:
    """`data` with nothing in it that only the blocks named in `hidden` would show."""
    shown = data
    for path in (path for key in hidden if key in BLOCKS for path in BLOCKS[key].shows):
        room, _, name = path.partition(".")
        if not name:
            shown = {**shown, room: None}
        elif shown.get(room):
            value = shown[room].get(name)
            shown = {**shown, room: {**shown[room], name: [] if isinstance(value, list) else None}}
    return shown
