"""From kept notice to applied, ignored or dead: claims, leases, retries, replays (W3, W8, W9, W11)."""

import json
from copy import deepcopy
from datetime import timedelta
from io import StringIO
from unittest.mock import patch

import pytest
import time_machine
from django.core.management import CommandError, call_command

from core import clock, stopping
from core.events.models import EventRow
from core.events.spine import RETRY_AFTER_SECONDS
from core.stores.scope import store_scope
from orders.models import InboundNotice, Order, PrivacyRequest, WebhookEndpoint
from orders.operations import process_notices as processing
from orders.operations.blank_notices import blank_notices
from orders.operations.process_notices import drain_notices, process_due

ORDER = {
    "id": 9007199254740993,  # 2^53 + 1: a float would make it …992
    "admin_graphql_api_id": "gid://shopify/Order/9007199254740993",
    "name": "#1001",
    "order_number": 1001,
    "currency": "CZK",
    "created_at": "2026-03-01T10:00:00+01:00",
    "updated_at": "2026-03-01T10:00:00+01:00",
    "email": "jana@mail.example",
    "financial_status": "paid",
    "total_price": "490.00",
    "customer": {"id": 77, "email": "jana@mail.example", "first_name": "Jana"},
    "line_items": [{"id": 5, "title": "Soap", "quantity": 2, "price": "245.00"}],
}


def ended() -> list[tuple[str, str]]:
    return list(InboundNotice.objects.order_by("pk").values_list("status", "reason"))


def test_an_order_is_applied_and_its_notice_says_which(connect, unscoped) -> None:
    sender = connect("shopify")
    sender.shopify("orders/create", ORDER)
    assert drain_notices() == 1
    notice = InboundNotice.objects.get()
    assert (notice.status, notice.reason, notice.claims, notice.token) == ("applied", "", 0, "")
    assert notice.order.external_id == "9007199254740993"
    assert EventRow.objects.filter(name="order.placed").count() == 1
    assert WebhookEndpoint.objects.get().last_notice_at == notice.received_at


def test_a_worker_asked_to_stop_gives_back_what_it_has_not_begun(connect, unscoped) -> None:
    sender = connect("shopify")
    sender.shopify("orders/create", ORDER)
    stopping.ask_to_stop()
    try:
        assert process_due() == 0
    finally:
        stopping.take_back()
    notice = InboundNotice.objects.get()
    assert (notice.status, notice.claims, notice.lease_until) == ("waiting", 0, None)
    assert drain_notices() == 1


def test_what_follows_from_nothing_is_ignored_with_a_reason(connect, unscoped) -> None:
    connect("shopify").shopify("themes/publish", {"id": 1})
    drain_notices()
    assert ended() == [("ignored", "Nothing here follows from themes/publish.")]


def test_what_cannot_be_read_is_dead_at_once_with_a_reason(connect, unscoped) -> None:
    sender = connect("shopify")
    bombs = [
        b"not json",
        b"[" * 100_000,
        b'{"a":' * 65 + b"1" + b"}" * 65,
        b'{"id": ' + b"9" * 5000 + b"}",
        b'{"id": NaN}',
        b"\xff\xfe",
        b"[]",
        b"",
    ]
    for body in bombs:
        assert sender.shopify("orders/create", body).status_code == 200
    drain_notices()
    assert {status for status, _ in ended()} == {"dead"}
    assert all(reason and "Traceback" not in reason for _, reason in ended())
    assert InboundNotice.objects.filter(attempts__gt=0).count() == 0


def test_a_replay_with_a_new_id_has_no_effect_for_90_days(connect, store, unscoped) -> None:
    sender = connect("shopify")
    start = clock.now(store)
    with time_machine.travel(start, tick=False):
        sender.shopify("orders/create", ORDER, delivery="first")
        drain_notices()
    events = EventRow.objects.count()
    with time_machine.travel(start + timedelta(days=89), tick=False):
        sender.shopify("orders/create", ORDER, delivery="first")
        sender.shopify("orders/create", ORDER, delivery="forged")
        drain_notices()
    assert ended() == [
        ("applied", ""),
        ("ignored", "The very same body came before under another id."),
    ]
    assert EventRow.objects.count() == events


def test_an_error_of_ours_is_tried_again_for_three_days_then_buried(connect, unscoped) -> None:
    sender = connect("shopify")
    sender.shopify("orders/create", ORDER)
    moment = InboundNotice.objects.get().due_at
    with patch.object(processing, "apply_notice", side_effect=KeyError("secret@mail.example")):
        for pause in (0, *RETRY_AFTER_SECONDS):
            moment += timedelta(seconds=pause * 1.2 + 1)
            with time_machine.travel(moment, tick=False):
                assert process_due() == 1
                assert process_due() == 0
    assert ended() == [("dead", "Failed 10 times, last with KeyError.")]
    assert not Order.objects.exists()
    call_command("replay", "--dead", "--store", "lipa", stdout=StringIO())
    assert ended() == [("applied", "")]


def test_a_crash_between_claim_and_end_leaves_all_or_nothing(connect, unscoped) -> None:
    sender = connect("shopify")
    sender.shopify("orders/create", ORDER)
    with patch.object(processing, "_settle", side_effect=SystemExit), pytest.raises(SystemExit):
        process_due()
    assert not Order.objects.exists()
    assert ended() == [("waiting", "")]
    assert process_due() == 0  # still leased
    with time_machine.travel(clock.real_now() + timedelta(seconds=61)):
        assert process_due() == 1
    assert ended() == [("applied", "")]


def test_a_worker_that_lost_its_claim_changes_nothing(connect, unscoped) -> None:
    sender = connect("shopify")
    sender.shopify("orders/create", ORDER)
    real = processing._work_on

    def overtaken(*, notice, token, store):
        InboundNotice.objects.update(token="somebody else")
        real(notice=notice, token=token, store=store)

    with patch.object(processing, "_work_on", overtaken):
        process_due()
    assert not Order.objects.exists()
    assert ended() == [("waiting", "")]


def test_poison_kills_three_workers_and_none_of_its_neighbors(connect, unscoped) -> None:
    sender = connect("shopify")
    for number in range(6):
        sender.shopify("orders/create", {**ORDER, "id": 100 + number})
    poison = InboundNotice.objects.order_by("pk")[2].pk
    real = processing.apply_notice

    def deadly(*, notice, store, now):
        if notice.pk == poison:
            raise SystemExit  # what os._exit leaves behind: a claim that nobody ends
        return real(notice=notice, store=store, now=now)

    deaths = 0
    moment = clock.real_now()
    with patch.object(processing, "apply_notice", deadly):
        for _ in range(12):
            moment += timedelta(seconds=61)
            with time_machine.travel(moment):
                try:
                    process_due()
                except SystemExit:
                    deaths += 1
    assert deaths == 3
    assert [status for status, _ in ended()] == ["applied"] * 2 + ["dead"] + ["applied"] * 3


def test_a_burst_of_one_store_does_not_hold_up_another(connect, other_store, unscoped) -> None:
    busy, quiet = connect("shopify"), connect("shopify", to=other_store)
    for number in range(30):
        busy.shopify("themes/publish", {"id": number})
    quiet.shopify("themes/publish", {"id": 1})
    process_due(limit=4)
    with store_scope(other_store.pk):
        assert ended() == [("ignored", "Nothing here follows from themes/publish.")]


def test_replaying_changes_nothing_the_second_time(connect, store, unscoped) -> None:
    sender = connect("shopify")
    sender.shopify("orders/create", ORDER)
    paid = {**deepcopy(ORDER), "updated_at": "2026-03-02T10:00:00+01:00", "total_price": "500.00"}
    sender.shopify("orders/updated", paid)
    drain_notices()
    events = list(EventRow.objects.values_list("name", "key"))
    before = Order.objects.values().get()
    for choice in (["--all"], ["--since", "2020-01-01"], ["--until", "2099-01-01T00:00:00Z"]):
        out = StringIO()
        call_command("replay", *choice, "--store", "lipa", "--json", stdout=out)
        assert json.loads(out.getvalue())["replayed"] == 2
    one = str(InboundNotice.objects.first().public_id)
    out = StringIO()
    call_command("replay", one, stdout=out)
    assert "Replayed 1 notices" in out.getvalue()
    assert list(EventRow.objects.values_list("name", "key")) == events
    assert Order.objects.values().get() == before
    assert set(InboundNotice.objects.values_list("origin", flat=True)) == {"live"}


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--dead"],
        ["--all", "--store", "none"],
        ["nonsense"],
        ["--since", "x", "--store", "lipa"],
    ],
)
def test_replay_says_what_it_needs(store, words) -> None:
    with pytest.raises(CommandError):
        call_command("replay", *words, stdout=StringIO())


def test_old_bodies_are_blanked_and_cannot_be_replayed(connect, store, unscoped) -> None:
    sender = connect("shopify")
    sender.shopify("orders/create", ORDER)
    drain_notices()
    now = clock.now(store)
    assert blank_notices(store_id=store.pk, now=now + timedelta(days=29)) == 0
    assert blank_notices(store_id=store.pk, now=now + timedelta(days=31)) == 1
    notice = InboundNotice.objects.get()
    assert (bytes(notice.body), notice.headers) == (b"", {})
    assert len(notice.body_hash) == 64
    out = StringIO()
    call_command("replay", "--all", "--store", "lipa", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"replayed": 0, "without_body": 1, "reasons": {}}


REDACT = {"shop_id": 1, "shop_domain": "lipa.myshopify.com"}
PERSON = {"customer": {"id": 77, "email": "jana@mail.example"}}


@pytest.mark.parametrize(
    ("topic", "body", "kind"),
    [
        (
            "customers/data_request",
            {**REDACT, **PERSON, "orders_requested": [1], "data_request": {"id": 9}},
            "export_customer",
        ),
        ("customers/redact", {**REDACT, **PERSON, "orders_to_redact": [1]}, "erase_customer"),
        ("shop/redact", REDACT, "erase_store"),
    ],
)
def test_privacy_topics_are_kept_only_for_the_shop_they_name(
    connect, other_store, unscoped, topic, body, kind
) -> None:
    ours = connect("shopify", secret="one app secret", shop="Lipa.myshopify.com")
    theirs = connect("shopify", to=other_store, secret="one app secret", shop="kontio.example")
    unnamed = connect("woocommerce")
    ours.shopify(topic, body)
    theirs.shopify(topic, body)
    drain_notices()
    assert PrivacyRequest.objects.get().kind == kind
    assert PrivacyRequest.objects.get().store_id == ours.connection.endpoint.store_id
    assert [status for status, _ in ended()] == ["applied", "dead"]
    assert unnamed.connection.endpoint.shop == ""
