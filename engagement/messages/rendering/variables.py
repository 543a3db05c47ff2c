"""What a mail's words can name: the documented list, taken from the data itself.

Walked from the full sample as `prepared` makes it, so that the list can neither lag behind nor
promise what is not there.
"""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from engagement.messages.rendering.copy import SHARED, strings
from engagement.messages.rendering.prepare import prepared
from engagement.messages.rendering.samples import full
from engagement.messages.rendering.structure import TEMPLATES
from engagement.messages.rendering.words import Words

ALWAYS = ("customer", "store")
# Machinery of the structures; nothing that words are made of.
INTERNAL = frozenset(
    {
        "links",
        "zone",
        *(
            f"store.{name}"
            for name in (
                "colors",
                "color_primary",
                "color_accent",
                "logo_url",
                "phone_link",
                "default_language",
            )
        ),
    }
)
OF_LISTS = frozenset({"size", "first", "last"})
ROOTS = {
    "customer": "The customer",
    "store": "Your shop",
    "order": "The order",
    "fulfillment": "The parcel",
    "refund": "The refund",
    "returned": "The return",
    "delay": "The delay",
    "occasion": "The day they celebrate",
    "products": "The products it is about",
    "changes": "What changed in the order",
    "change": "What the customer asked for",
    "claim": "The warranty claim",
    "guarantee": "The guarantee",
}
MEANS = {
    "store.from_name": "The name your mails come from",
    "store.postal_lines": "Your postal address, line by line",
    "order.item_count": "How many pieces were ordered",
    "order.is_paid": "Only if it is paid",
    "order.is_gift": "Only if it is a gift",
    "order.is_shipped": "Only if something is sent by parcel",
    "order.promised_at": "The day you promised",
    "order.placed_at": "The day it was placed",
    "order.recipient_name": "Who gets the gift",
    "order.status_url": "Address of the order's page",
    "order.address_lines": "Where it goes, line by line",
    "fulfillment.estimated_at": "The day the carrier expects",
    "fulfillment.more_to_come": "Only if more parcels follow",
    "fulfillment.item_count": "How many pieces lie in it",
    "fulfillment.has_point": "Only if it waits at a pick-up point",
    "delay.new_estimate": "The new day",
    "delay.is_over": "Only if the promised day has passed",
    "occasion.years": "How many years",
}
_root = re.compile(r"\b([a-z_]+)\b")


@dataclass(frozen=True, slots=True)
class Variable:
    """A value: its path, what it is, how it is written into a text, and what the sample shows."""

    path: str
    means: str
    snippet: str
    example: str


def variables_of(template: str) -> dict[str, list[Variable]]:
    """What the words of `template` can name, grouped under headings for people."""
    return {
        ROOTS.get(root) or _humane(root): list(_listed(root))
        for root in roots_of(template)
        if _listed(root)
    }


@lru_cache(maxsize=128)
def roots_of(template: str) -> tuple[str, ...]:
    """The kinds of data that `template` has: always shop and customer, else what it shows."""
    data = _data()
    if template == SHARED:
        return tuple(sorted(set(data) - INTERNAL))
    folder = TEMPLATES / "emails" / template
    texts = [
        path.read_text(encoding="utf-8")
        for path in (folder / "compiled.html", folder / "text.txt")
        if path.is_file()
    ]
    texts.append(str(strings(template, "en") or {}))
    named = {word for text in texts for word in _root.findall(" ".join(_code(text)))}
    return tuple(
        root for root in data if root not in INTERNAL and (root in ALWAYS or root in named)
    )


def unknown(*, template: str, path: Sequence[str | int]) -> str:
    """What is wrong with the variable `path` (``["order", "number"]``) in `template`, in words;
    empty where it is known.
    """
    written = ".".join(str(part) for part in path)
    known: Any = _data()
    for depth, part in enumerate(path):
        if depth == 0 and (part in INTERNAL or part not in known):
            return f"There is no “{written}”.{_perhaps(str(part), roots_of(template))}"
        if depth == 0 and part not in roots_of(template):
            return f"This mail knows nothing of “{part}”, so “{written}” would stay empty."
        if isinstance(known, list) and (isinstance(part, int) or part in OF_LISTS):
            known = known[0] if known and part != "size" else None
        elif isinstance(known, str) and part == "size":
            known = None
        elif isinstance(known, Mapping) and part in known:
            known = known[part]
        else:
            names = list(known) if isinstance(known, Mapping) else []
            return f"There is no “{written}”.{_perhaps(str(part), names)}"
    return ""


def _perhaps(name: str, names: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, names, n=1)
    return f" Did you mean “{close[0]}”?" if close else ""


def _code(text: str) -> list[str]:
    return re.findall(r"\{[{%](.*?)[%}]\}", text, re.DOTALL)


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return prepared(full(), languages=("en",))


@lru_cache(maxsize=32)
def _listed(root: str) -> tuple[Variable, ...]:
    value = _data().get(root)
    found: list[Variable] = []
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if (
                f"{root}.{name}" not in INTERNAL and not name.startswith("has_")
            ) or name == "has_point":
                found.append(_variable(f"{root}.{name}", inner))
    elif isinstance(value, list):
        found.append(_variable(root, value))
    return tuple(found)


def _variable(path: str, value: Any) -> Variable:
    snippet = _snippet(path, value)
    example = Words(source=snippet, language="en", where=path).say(_data())
    return Variable(path, MEANS.get(path) or _humane(path.split(".")[-1]), snippet, example[:80])


def _snippet(path: str, value: Any) -> str:
    last = path.split(".")[-1]
    if isinstance(value, bool):
        return f"{{% if {path} %}}…{{% endif %}}"
    if isinstance(value, Mapping):
        if "minor" in value:
            return f"{{{{ {path} | money }}}}"
        name = next((one for one in ("title", "name") if one in value), next(iter(value), ""))
        return f"{{{{ {path}.{name} }}}}"
    if isinstance(value, list):
        if value and isinstance(value[0], Mapping):
            name = next((one for one in ("title", "name") if one in value[0]), next(iter(value[0])))
            return f"{{{{ {path} | map: '{name}' | join: ', ' }}}}"
        return f"{{{{ {path} | join: ', ' }}}}"
    if last.endswith("_at") or last in {
        "on",
        "collect_by",
        "new_estimate",
        "settle_by",
        "answer_by",
        "send_by",
        "pay_by",
    }:
        return f"{{{{ {path} | day }}}}"
    if last in {
        "subtotal",
        "discount",
        "shipping",
        "tax",
        "total",
        "amount",
        "money",
        "credit",
        "bonus",
    }:
        return f"{{{{ {path} | money }}}}"
    return f"{{{{ {path} }}}}"


def _humane(name: str) -> str:
    words = name.removesuffix("_at").removeprefix("is_").replace("_", " ").replace("url", "address")
    return words.capitalize()
