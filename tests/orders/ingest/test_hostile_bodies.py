"""Whatever a signed body holds, a reader answers with news or `Unreadable`, never with a crash."""

import json
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders.ingest.generic import READERS as GENERIC
from orders.ingest.shopify import READERS as SHOPIFY
from orders.ingest.snapshots import Unreadable
from orders.ingest.sources import SOURCES
from orders.ingest.woocommerce import READERS as WOO
from tests.data import shared

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
ODD = [
    None,
    True,
    "",
    " ",
    "\x00\ud800",
    "x" * 5000,
    -1,
    0,
    2**70,
    1e300,
    -0.5,
    [],
    {},
    [None],
    [[]],
    [{}],
    {"a": {"b": []}},
    "NaN",
    "Infinity",
    "1e999999",
    "-99999999999999999999",
    "9999-12-31T23:59:59-12:00",
    "0001-01-01T00:00:00+14:00",
    "2026-02-30",
    "20260301T101010,5+01",
    "javascript:alert(1)",
    "٣",
]
values = st.recursive(
    st.sampled_from(ODD),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


def spots(body: Any, path: tuple = ()) -> list[tuple]:
    """Every place in the body where something may be exchanged."""
    found = [path] if path else []
    if isinstance(body, dict):
        pairs = list(body.items())
    elif isinstance(body, list):
        pairs = list(enumerate(body[:1]))
    else:
        return found
    for key, value in pairs:
        found += spots(value, (*path, key))
    return found


def changed(body: Any, path: tuple, value: Any) -> Any:
    body = deepcopy(body)
    inner = body
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return body


def read(source: str, topic: str, body: Any) -> None:
    raw = json.dumps(body).encode()
    parse(source, topic, raw)


def parse(source: str, topic: str, raw: bytes) -> None:
    reason = "said"
    try:
        SOURCES[source].parse(topic=topic, body=raw, headers={}, received_at=NOW, currency="CZK")
    except Unreadable as error:
        reason = str(error)
    assert reason
    assert "\n" not in reason


def samples() -> list[tuple[str, str, Any]]:
    found = []
    for topic in SHOPIFY:
        name = f"{topic.replace('/', '__')}@*"
        path = sorted(shared("shopify_webhooks", "official").glob(name))[-1]
        found.append(("shopify", topic, json.loads(path.read_text())))
    for path in ("order_07_paid_fulfilled", "order_09_partially_refunded_fulfilled"):
        file = shared("shopify_rest", "recorded_dev_store", f"{path}.json")
        found.append(("shopify", "orders/updated", json.loads(file.read_text())))
    orders = json.loads(shared("woocommerce", "recorded", "orders-load-all.json").read_text())
    found += [("woocommerce", "order.updated", order) for order in orders]
    for kind in ("customer", "product"):
        file = shared("woocommerce", "recorded", f"{kind}.json")
        found.append(("woocommerce", f"{kind}.updated", json.loads(file.read_text())))
    file = shared("carriers", "aftership_webhook", "tracking_update_in_transit.json")
    found.append(("aftership", "tracking", json.loads(file.read_text())))
    file = shared("carriers", "easypost", "fixtures__event-body.json")
    found.append(("easypost", "event", json.loads(file.read_text())))
    return found


@pytest.mark.measure
def test_one_odd_value_anywhere_in_a_real_body() -> None:
    tried = 0
    for source, topic, body in samples():
        for number, path in enumerate(spots(body)[::4]):
            for odd in ODD[number % 9 :: 9]:
                read(source, topic, changed(body, path, odd))
                tried += 1
    assert tried > 1_000


@given(body=values, topic=st.sampled_from([*SHOPIFY, *WOO]))
@settings(max_examples=300, deadline=None)
def test_any_json_under_any_topic(body: Any, topic: str) -> None:
    read("shopify" if "/" in topic else "woocommerce", topic, body)


@given(data=values, kind=st.sampled_from([*GENERIC, "none"]), extra=values)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_json_of_our_own_schema(data: Any, kind: str, extra: Any) -> None:
    read("generic", "item", {"type": kind, "data": data})
    whole = {"id": "1", "placed_at": "2026-03-01", "total": 1, "lines": extra, "customer": data}
    read("generic", "item", {"type": "order", "data": whole})


@given(body=st.binary(max_size=200), source=st.sampled_from(sorted(SOURCES)))
@settings(max_examples=300, deadline=None)
def test_any_bytes(body: bytes, source: str) -> None:
    for topic in ("orders/create", "order.updated"):
        parse(source, topic, body)
