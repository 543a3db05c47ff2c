"""How a platform tells what happened: happening in, deliveries out. One file per platform."""

from collections.abc import Mapping
from typing import Protocol

from engagement.demo.voices import generic, shopify
from engagement.demo.voices.post import Post
from engagement.demo.world import Happening, Shop


class Voice(Protocol):
    def __call__(self, happening: Happening, *, shop: Shop) -> list[Post]: ...


VOICES: Mapping[str, Voice] = {"shopify": shopify.tell, "generic": generic.tell}
# Which sources a shop that speaks so connects.
SOURCES: Mapping[str, tuple[str, ...]] = {
    "shopify": ("shopify", "generic"),
    "generic": ("generic",),
}

__all__ = ["SOURCES", "VOICES", "Post", "Voice"]
