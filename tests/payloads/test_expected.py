"""Every real payload through the real door ends as `expected.toml` says, which people wrote."""

import base64
import hashlib
import hmac
import json
import tomllib
import unicodedata
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from core import clock
from core.stores.scope import store_scope
from orders.models import InboundNotice
from orders.operations.connect_source import connect_source
from orders.operations.process_notices import drain_notices
from tests.data import shared
from tests.factories.senders import sign
from tests.factories.stores import StoreFactory

TABLE = tomllib.loads((Path(__file__).with_name("expected.toml")).read_text(encoding="utf-8"))
FOLDERS = {
    "shopify_official": ("shopify", ["shopify_webhooks/official"]),
    "shopify_shapes": ("shopify", ["shopify_webhooks/anonymised_live_shapes"]),
    "shopify_rest": ("shopify", ["shopify_rest"]),
    "woocommerce": ("woocommerce", ["woocommerce"]),
    "easypost": ("easypost", ["carriers/easypost", "carriers/easypost_recorded"]),
    "aftership": ("aftership", ["carriers/aftership_api", "carriers/aftership_webhook"]),
    "woocommerce_entries": ("woocommerce", ["woocommerce"]),
}


def headers_of(source: str, topic: str, body: bytes, secret: str) -> dict[str, str]:
    if source == "shopify":
        return {"X-Shopify-Topic": topic, "X-Shopify-Hmac-Sha256": sign(body, secret)}
    if source == "woocommerce":
        return {"X-WC-Webhook-Topic": topic, "X-WC-Webhook-Signature": sign(body, secret)}
    if source == "aftership":
        return {"aftership-hmac-sha256": sign(body, secret)}
    key = unicodedata.normalize("NFKD", secret).encode()
    mac = hmac.new(key, body, hashlib.sha256)
    return {"X-Hmac-Signature": f"hmac-sha256-hex={mac.hexdigest()}"}


def line_for(group: str, name: str) -> dict[str, Any] | None:
    return next(
        (line for line in TABLE[group] if any(fnmatch(name, glob) for glob in line["files"])), None
    )


def cases(group: str) -> Iterator[tuple[str, bytes, dict[str, Any] | None]]:
    _, folders = FOLDERS[group]
    for folder in folders:
        root = shared(*folder.split("/"))
        start = root.parent if folder.startswith("carriers/") else root
        for path in sorted(root.rglob("*.*")):
            name = path.relative_to(start).as_posix()
            line = line_for(group, name)
            if group != "woocommerce_entries":
                yield name, path.read_bytes(), line
            elif line is not None:
                for number, entry in enumerate(json.loads(path.read_text())):
                    yield f"{name}#{number}", json.dumps(entry).encode(), line


@pytest.mark.measure
@pytest.mark.parametrize("group", FOLDERS)
def test_real_payloads_end_as_the_table_says(group: str, client, db, unscoped) -> None:
    source, _ = FOLDERS[group]
    owner: dict[int, str] = {}
    wanted: dict[str, dict[str, Any]] = {}
    for name, body, line in cases(group):
        assert line is not None, f"no line in expected.toml for {name}"
        wanted[name] = line
        store = StoreFactory(currency="USD")
        owner[store.pk] = name
        with store_scope(store.pk):
            door = connect_source(
                store=store, source=source, shop="lipa.myshopify.com", now=clock.now(store)
            )
        topic = line.get("topic") or name.split("@")[0].replace("__", "/")
        answer = client.post(
            "/" + door.url.split("/", 3)[3],
            body,
            content_type="application/json",
            headers=headers_of(source, topic, body, door.secret),
        )
        assert answer.status_code == 200, name
    drain_notices()
    ends = {
        owner[store]: (status, reason)
        for store, status, reason in InboundNotice.objects.values_list(
            "store_id", "status", "reason"
        )
    }
    wrong = [
        f"{name}: {ends[name]}, expected {line['outcome']} {line.get('reason', '')!r}"
        for name, line in wanted.items()
        if ends[name][0] != line["outcome"] or line.get("reason", "") not in ends[name][1]
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.measure
@pytest.mark.parametrize("group", FOLDERS)
def test_every_line_of_the_table_is_used(group: str) -> None:
    used = [id(line) for _, _, line in cases(group)]
    idle = [line["files"] for line in TABLE[group] if id(line) not in used]
    assert not idle
    for line in TABLE[group]:
        for glob in line["files"]:
            assert any(fnmatch(name.split("#")[0], glob) for name, _, _ in cases(group)), glob


def test_signatures_of_the_table_are_the_platforms_own() -> None:
    body, secret = b"{}", "s"
    mac = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    assert sign(body, secret) == base64.b64encode(mac).decode()
