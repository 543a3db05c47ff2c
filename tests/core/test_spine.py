"""The spine: an event and what it owes are one with the change; each reaction happens exactly once."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction

from core import clock, stopping
from core.events import spine, wiring
from core.events.models import EventRow, PendingReaction
from core.events.wiring import reaction
from core.fair_share import fair_share, in_turns
from core.stores.scope import every_store, store_scope
from orders.events import OrderPaid

Status = PendingReaction.Status
heard: list[int] = []


@reaction(needs=["order_id"])
def listen(*, event, now):
    heard.append(event.payload["order_id"])


@reaction()
def fail(*, event, now):
    EventRow.objects.create(
        store_id=event.store_id, name="x", key="x", subject="x", occurred_at=now, recorded_at=now
    )
    raise RuntimeError("no luck")


@pytest.fixture(autouse=True)
def wired(monkeypatch):
    """Paid orders are heard of by one reaction that works; tests may add others."""
    heard.clear()
    lines = {"order.paid": [listen]}
    monkeypatch.setattr(
        spine,
        "reactions_to",
        lambda name, *, origin: names(lines[name]) if origin != "import" else [],
    )
    monkeypatch.setattr(spine, "reactions_by_name", lambda: by_name(lines))
    return lines


def names(reactions):
    return [wiring.name_of(react) for react in reactions]


def by_name(lines):
    return {wiring.name_of(react): react for line in lines.values() for react in line}


def paid(store, *, number: int = 1, now, origin="live", at=None):
    with transaction.atomic():
        return spine.record(
            news=OrderPaid(order_id=number, customer_id=None),
            store_id=store.pk,
            subject=f"order:{number}",
            key=str(number),
            occurred_at=at or now,
            origin=origin,
            now=now,
        )


def owed():
    with every_store():
        return list(PendingReaction.objects.order_by("pk"))


def lease_is_over():
    with every_store():
        PendingReaction.objects.update(lease_until=clock.real_now() - timedelta(seconds=1))


def test_an_event_told_twice_is_one_event(in_store, now):
    assert paid(in_store, now=now) is not None
    assert paid(in_store, now=now) is None
    spine.drain()
    spine.drain()
    assert heard == [1]


@pytest.mark.django_db(transaction=True)
def test_record_outside_a_transaction_is_refused(in_store, now):
    with pytest.raises(RuntimeError, match="inside the transaction"):
        spine.record(
            news=OrderPaid(order_id=1, customer_id=None),
            store_id=in_store.pk,
            subject="order:1",
            key="1",
            occurred_at=now,
            origin="live",
            now=now,
        )


def test_a_change_that_is_rolled_back_owes_nothing(in_store, now):
    with transaction.atomic():
        paid(in_store, now=now)
        transaction.set_rollback(True)
    assert EventRow.objects.count() == 0
    assert owed() == []


def test_a_broken_reaction_leaves_no_trace_and_does_not_hold_back_the_others(in_store, now, wired):
    wired["order.paid"] = [fail, listen]
    paid(in_store, now=now)
    spine.drain()
    assert heard == [1]
    assert not EventRow.objects.filter(name="x").exists()
    broken = next(row for row in owed() if row.reaction.endswith("fail"))
    assert (broken.status, broken.attempts) == (Status.PENDING, 1)
    assert broken.due_at > clock.real_now()
    assert "no luck" in broken.error


def test_a_reaction_is_given_up_after_its_last_retry_and_can_be_run_again(in_store, now, wired):
    wired["order.paid"] = [fail]
    paid(in_store, now=now)
    for _ in range(len(spine.RETRY_AFTER_SECONDS) + 1):
        PendingReaction.objects.update(due_at=clock.real_now())
        spine.drain()
    (row,) = owed()
    assert row.status == Status.DEAD
    wired["order.paid"] = [listen]
    PendingReaction.objects.update(
        status=Status.PENDING, reaction=wiring.name_of(listen), due_at=clock.real_now(), claims=0
    )
    spine.drain()
    assert heard == [1]


def test_a_worker_that_lost_its_claim_does_nothing(in_store, now):
    paid(in_store, now=now)
    with every_store():
        (mine,) = spine._claim(token="slow", limit=10, only_store=None)
    lease_is_over()
    spine.drain()  # another worker took over
    with store_scope(in_store.pk):
        spine._run_one(row=mine, token="slow", now=now)
    assert heard == [1]


def test_what_a_dead_worker_held_is_run_after_its_lease(in_store, now):
    paid(in_store, now=now)
    with every_store():
        spine._claim(token="dead", limit=10, only_store=None)
    spine.drain()
    assert heard == []
    lease_is_over()
    spine.drain()
    assert heard == [1]


def test_a_worker_asked_to_stop_gives_back_what_it_has_not_begun(in_store, now):
    """Nobody waits for its lease, and the claim does not count against the reaction (J8)."""
    for number in (1, 2, 3):
        paid(in_store, number=number, now=now)
    stopping.ask_to_stop()
    try:
        assert spine.run_due() == 0
    finally:
        stopping.take_back()
    assert [(row.token, row.lease_until, row.claims) for row in owed()] == [("", None, 0)] * 3
    spine.drain()
    assert sorted(heard) == [1, 2, 3]


def test_poison_is_buried_alone_and_its_neighbours_live(in_store, now):
    for number in (1, 2, 3):
        paid(in_store, number=number, now=now)
    poison = owed()[0]
    for _ in range(spine.MAX_CLAIMS):
        with every_store():  # a worker claims, and dies over the first
            claimed = spine._claim(token="dead", limit=10, only_store=None)
        lease_is_over()
        with every_store():
            done = [row.pk for row in claimed if row.pk != poison.pk]
            PendingReaction.objects.filter(pk__in=done).update(claims=0)
    spine.drain()
    with every_store():
        statuses = dict(PendingReaction.objects.values_list("event__key", "status"))
    assert statuses == {"1": Status.DEAD, "2": Status.DONE, "3": Status.DONE}
    assert sorted(heard) == [2, 3]


def test_one_stores_burst_does_not_hold_up_another(store, other_store, now):
    with store_scope(store.pk):
        for number in range(30):
            paid(store, number=number, now=now)
    with store_scope(other_store.pk):
        paid(other_store, number=99, now=now)
    spine.run_due(limit=10)
    assert 99 in heard
    assert len(heard) < 31


def unspeakable(*, event, now):
    raise RuntimeError("jana\x00\ud800")


def test_an_error_in_letters_that_no_table_takes_holds_up_nobody(in_store, now, wired):
    wired["order.paid"] = [unspeakable, listen]
    paid(in_store, now=now)
    spine.drain()
    assert heard == [1]
    assert any(row.status == Status.PENDING and row.attempts == 1 for row in owed())


def test_a_suspect_is_claimed_alone_also_beside_busy_stores(store, other_store, now):
    with store_scope(store.pk):
        paid(store, number=1, now=now)
        PendingReaction.objects.update(claims=1)
    with store_scope(other_store.pk):
        for number in range(2, 6):
            paid(other_store, number=number, now=now)
    with every_store():
        (suspect,) = PendingReaction.objects.filter(claims=1)
        alone = 0
        for _ in range(40):
            with transaction.atomic():
                ids = fair_share(PendingReaction.objects.filter(status="pending"), limit=10)
            assert ids == [suspect.pk] or suspect.pk not in ids
            alone += ids == [suspect.pk]
    assert 0 < alone < 40


def test_live_news_of_what_only_a_file_had_told_is_acted_upon_once(in_store, now):
    assert paid(in_store, now=now, origin="import") is not None
    spine.drain()
    assert heard == []
    assert paid(in_store, now=now) is not None
    assert paid(in_store, now=now) is None
    assert paid(in_store, now=now, origin="import") is None
    spine.drain()
    assert heard == [1]
    assert EventRow.objects.get().origin == "live"


def test_old_live_news_of_imported_history_stays_history(in_store, now):
    long_ago = now - timedelta(days=3)
    paid(in_store, now=now, origin="import", at=long_ago)
    assert paid(in_store, now=now, at=long_ago) is None
    spine.drain()
    assert heard == []


def test_a_quiet_stores_rows_come_between_a_busy_ones():
    rows = [SimpleNamespace(store_id=store, n=n) for n, store in enumerate((1, 1, 1, 1, 2, 1, 2))]
    assert [row.n for row in in_turns(rows)] == [0, 4, 1, 6, 2, 3, 5]
