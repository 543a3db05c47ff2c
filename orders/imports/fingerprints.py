"""Fingerprints of orders, put together from parts that lines have worked out once.

They are those of `order_version` and of an order's content; a test compares them.
"""

from collections.abc import Sequence
from dataclasses import fields, replace
from operator import attrgetter
from typing import Any

from orders.imports.lines import Lines, are_simple
from orders.ingest.snapshots import OrderSnapshot
from orders.models import Order
from orders.operations.apply_order import content_of, order_version
from orders.operations.fit_row import NUL, fingerprint, json_text, sha256_of

_NAMES = sorted(one.name for one in fields(OrderSnapshot))
_BEFORE = tuple(name for name in _NAMES if name < "lines")
_AFTER = tuple(name for name in _NAMES if name > "lines")
_read_before, _read_after = attrgetter(*_BEFORE), attrgetter(*_AFTER)


def version_of(snapshot: OrderSnapshot) -> str:
    """The `order_version` of a statement."""
    lines = snapshot.lines
    if not isinstance(lines, Lines):
        return order_version(snapshot)
    told = ",".join(
        [f"[{name},{said.told}" for name, said in zip(_ids(lines.ids), lines.said, strict=True)]
    )
    before = json_text(dict(zip(_BEFORE, _read_before(snapshot), strict=True)))
    after = json_text(dict(zip(_AFTER, _read_after(snapshot), strict=True)))
    text = f'{before[:-1]},"lines":[{told}],{after[1:]}'
    if NUL in text:
        return order_version(whole(snapshot))
    return order_version(snapshot, digest=sha256_of(text))


def content_hash_of(*, order: Order, lines: Lines, ids: Sequence[str]) -> str:
    """The fingerprint of `content_of` for lines of these (cleaned) ids, no two of them alike.

    The lines are worked out.
    """
    pairs = sorted(zip(ids, _ids(ids), lines.said, strict=True), key=_by_id)
    items = ",".join([f"[{name},{said.content}" for _, name, said in pairs])
    rest = content_of(order=order, lines=())
    address, shipping = json_text(rest["address"]), json_text(rest["shipping"])
    text = (
        f'{{"address":{address},"items":[{items}],'
        f'"shipping":{shipping},"total":{json_text(rest["total"])}}}'
    )
    if NUL in text:
        contents = [(name, *said.values[:2], said.amount, said.minor) for name, _, said in pairs]
        return fingerprint(content_of(order=order, lines=contents))
    return sha256_of(text)


def whole(snapshot: OrderSnapshot) -> OrderSnapshot:
    """The statement with its lines made, for whoever knows no others."""
    if isinstance(snapshot.lines, Lines):
        return replace(snapshot, lines=tuple(snapshot.lines))
    return snapshot


def _by_id(pair: tuple[str, str, Any]) -> str:
    return pair[0]


def _ids(names: Sequence[str]) -> list[str]:
    """Ids of lines as JSON writes them."""
    if are_simple(names):
        return [f'"{name}"' for name in names]
    return [json_text(name) for name in names]
