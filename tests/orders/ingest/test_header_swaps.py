"""The topic is not signed: a genuine body under another topic has no effect of that topic (W17)."""

import json
from dataclasses import is_dataclass

import pytest

from core import clock
from orders.ingest.shopify import READERS as SHOPIFY
from orders.ingest.snapshots import (
    CustomerUpdate,
    Ignored,
    OrderDeleted,
    PrivacyDemand,
    ProductSnapshot,
    Unreadable,
)
from orders.ingest.sources import SOURCES
from orders.ingest.woocommerce import READERS as WOO
from orders.models import InboundNotice, Order
from orders.operations.process_notices import drain_notices
from tests.data import shared

WOO_BODIES = {
    "order": "woocommerce/rest_docs/orders_00.json",
    "customer": "woocommerce/rest_docs/customers_00.json",
    "product": "woocommerce/rest_docs/products_00.json",
}


def family(topic: str) -> str:
    """Topics whose bodies mean the same whatever the header says."""
    kind, _, what = topic.replace(".", "/").partition("/")
    apart = {"delete", "deleted", "edited", "merge", "redact", "data_request"}
    if kind == "fulfillment_events":
        return kind
    return topic if what in apart else kind


def bodies(source: str) -> dict[str, bytes]:
    if source == "shopify":
        folder = shared("shopify_webhooks", "official")
        return {
            topic: sorted(folder.glob(f"{topic.replace('/', '__')}@*"))[-1].read_bytes()
            for topic in SHOPIFY
        }
    found = {}
    for topic in WOO:
        kind, what = topic.split(".")
        whole = shared(*WOO_BODIES[kind].split("/")).read_bytes()
        found[topic] = whole if what != "deleted" else b'{"id": 3}'
    return found


@pytest.mark.measure
@pytest.mark.parametrize("source", ["shopify", "woocommerce"])
def test_every_body_under_every_topic_says_its_own_news_or_none(source: str) -> None:
    readers = {"shopify": SHOPIFY, "woocommerce": WOO}[source]
    reader, given = SOURCES[source], bodies(source)
    bare = set(reader.bare_topics)
    tried = 0
    for true_topic, body in given.items():
        for claimed in readers:
            if family(claimed) == family(true_topic) or {claimed, true_topic} <= bare:
                continue
            tried += 1
            try:
                news = reader.parse(
                    topic=claimed,
                    body=body,
                    headers={},
                    received_at=clock.real_now(),
                    currency="EUR",
                )
            except Unreadable:
                continue
            assert all(isinstance(one, Ignored) for one in news), (true_topic, claimed, news)
    assert tried > 80


@pytest.mark.measure
@pytest.mark.parametrize("source", ["shopify", "woocommerce"])
def test_no_whole_body_deletes_or_erases(source: str) -> None:
    destructive = [t for t in {"shopify": SHOPIFY, "woocommerce": WOO}[source] if "delet" in t]
    destructive += ["customers/redact", "shop/redact"] if source == "shopify" else []
    for true_topic, body in bodies(source).items():
        for claimed in destructive:
            if true_topic in destructive:
                continue
            try:
                news = SOURCES[source].parse(
                    topic=claimed, body=body, headers={}, received_at=clock.real_now()
                )
            except Unreadable:
                continue
            for one in news:
                assert is_dataclass(one)
                assert not isinstance(one, OrderDeleted | PrivacyDemand)
                assert not (isinstance(one, ProductSnapshot | CustomerUpdate) and one.deleted)


def test_a_bare_number_that_changes_its_topic_waits_for_a_person(connect, unscoped) -> None:
    sender = connect("woocommerce")
    sender.woo("customer.deleted", {"id": 5})
    sender.woo("order.deleted", {"id": 5})
    drain_notices()
    first, second = InboundNotice.objects.order_by("pk")
    assert second.status == "dead"
    assert "came before as customer.deleted" in second.reason
    assert not Order.objects.exists()
    assert first.status in {"applied", "ignored"}


def test_the_shop_header_chooses_nothing(connect, other_store, unscoped) -> None:
    ours = connect("shopify")
    body = json.dumps({"id": 1}).encode()
    answer = ours.shopify("orders/delete", body, **{"X-Shopify-Shop-Domain": "kontio.example"})
    assert answer.status_code == 200
    assert InboundNotice.objects.get().store_id == ours.connection.endpoint.store_id
