"""What a shop changed against the shipped words, word by word."""

import difflib
import re
from dataclasses import dataclass
from typing import Literal

_pieces = re.compile(r"\s+|\{\{.*?\}\}|\{%.*?%\}|[^\s{]+|\{", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Part:
    """A run of text that stayed, came or went."""

    kind: Literal["same", "new", "gone"]
    text: str


def parts_between(*, before: str, after: str) -> list[Part]:
    """`after` as changes of `before`, in reading order: what went, before what came."""
    old, new = _pieces.findall(before), _pieces.findall(after)
    found: list[Part] = []
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            found.append(Part("same", "".join(old[a:b])))
            continue
        if b > a:
            found.append(Part("gone", "".join(old[a:b])))
        if d > c:
            found.append(Part("new", "".join(new[c:d])))
    return found
