"""The look of a mail that a merchant may change: picture, links, colours, blocks to leave out."""

import re
from collections.abc import Mapping
from typing import Any

from engagement.messages.rendering.blocks import BLOCKS, blocks_of
from engagement.messages.rendering.copy import SHARED, strings
from engagement.messages.rendering.plain_data import web_address
from engagement.messages.rendering.slots import BadCopy

LINKS = {
    "picture_url": "Picture (its address)",
    "picture_link": "Where the picture leads",
    "button_url": "Where the button leads",
}
COLORS = {"color_primary": "Main color (buttons)", "color_accent": "Accent color (backgrounds)"}
_color = re.compile(r"#[0-9a-fA-F]{6}\Z")
_value = re.compile(r"\{\{.*?\}\}")


def cleaned_look(*, template: str, look: Mapping[str, Any]) -> dict[str, Any]:
    """`look` without what is empty. Raises `BadCopy` for what no mail can wear.

    A link may name values (``{{ order.number | url_encode }}``); what stands around them must be a
    web address.
    """
    if strings(template, "en") is None:
        raise BadCopy(f"There is no mail “{template[:40]}”.")
    unknown = set(look) - {*LINKS, *COLORS, "hidden", "clients"}
    if unknown:
        raise BadCopy(f"A mail's look has no “{sorted(unknown)[0][:40]}”.")
    kept: dict[str, Any] = {}
    for name, title in LINKS.items():
        link = str(look.get(name) or "").strip()
        if link and (len(link) > 1000 or not web_address(_value.sub("x", link))):
            raise BadCopy(f"“{title}” is no web address; it begins with https://.")
        kept[name] = link
    for name, title in COLORS.items():
        color = str(look.get(name) or "").strip()
        if color and not _color.match(color):
            raise BadCopy(f"“{title}”: write the color as six digits, like #7a3e9d.")
        kept[name] = color.lower()
    offered = BLOCKS if template == SHARED else blocks_of(template)
    kept["hidden"] = sorted(name for name in set(look.get("hidden") or ()) if name in offered)
    kept["clients"] = sorted({str(name)[:40] for name in look.get("clients") or ()})[:40]
    if template != SHARED:
        kept["clients"] = []
    return {name: value for name, value in kept.items() if value}
