"""Many at once on one purse, one key, one hold, one lot. PostgreSQL only."""

from datetime import timedelta

import pytest

from core.ledger.errors import AlreadySettled, LedgerError, NotEnough
from core.ledger.models import Lot, Movement
from core.ledger.operations.carry import carry
from core.ledger.operations.earn import Grant, earn
from core.ledger.operations.expire import expire_due
from core.ledger.operations.open_unit import open_unit
from core.ledger.operations.settle_hold import capture, void
from core.ledger.operations.spend import hold, spend
from core.ledger.operations.take_back import take_back
from core.ledger.owner import Owner
from core.ledger.queries import balance
from core.ledger.recount import differences
from core.stores.scope import store_scope
from tests.engagement.messages.at_once import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 10


@pytest.fixture
def round_of(store, now):
    """Run these deeds at once, each in the store's scope; what each came to, refusals included."""

    def run(*deeds):
        told = []

        def one(deed):
            with store_scope(store.pk):
                try:
                    told.append(deed())
                except LedgerError as refused:
                    told.append(refused)

        at_once(*(lambda deed=deed: one(deed) for deed in deeds))
        with store_scope(store.pk):
            assert list(differences(store_id=store.pk)) == []
        return told

    return run


def give(points, owner, key, now, amount=100, **said):
    with store_scope(points.store_id):
        grant = Grant(owner=owner, amount=amount, key=key, **said)
        return earn(unit=points, grant=grant, now=now).movement


def test_sixteen_spend_what_is_there_once(points, now, round_of):
    for number in range(ROUNDS):
        owner = Owner("customer", str(number))
        give(points, owner, f"order:{number}", now)
        told = round_of(
            *(
                lambda rival=rival, owner=owner, number=number: spend(
                    unit=points, owner=owner, amount=100, key=f"{number}:{rival}", now=now
                )
                for rival in range(16)
            )
        )
        assert sum(isinstance(one, NotEnough) for one in told) == 15
        with store_scope(points.store_id):
            assert balance(unit=points, owner=owner, now=now).available == 0


def test_one_key_at_once_counts_once(points, jana, now, round_of):
    for number in range(ROUNDS):
        grant = Grant(owner=jana, amount=5, key=f"order:{number}")
        told = round_of(*[lambda grant=grant: earn(unit=points, grant=grant, now=now)] * 8)
        assert sum(one.is_new for one in told) == 1
        assert len({one.movement.pk for one in told}) == 1
    with store_scope(points.store_id):
        assert balance(unit=points, owner=jana, now=now).available == 5 * ROUNDS


def test_a_new_owner_gets_one_purse(points, now, round_of):
    for number in range(ROUNDS):
        owner = Owner("customer", f"new-{number}")
        round_of(
            *(
                lambda key=f"{number}:{rival}", owner=owner: earn(
                    unit=points, grant=Grant(owner=owner, amount=1, key=key), now=now
                )
                for rival in range(6)
            )
        )
        with store_scope(points.store_id):
            assert balance(unit=points, owner=owner, now=now).available == 6


def test_a_unit_is_opened_once(store, round_of):
    told = round_of(*[lambda: open_unit(store_id=store.pk, code="credit", currency="CZK")] * 8)
    assert len({unit.pk for unit in told}) == 1


def test_what_is_set_aside_is_spent_or_let_go(points, jana, now, round_of):
    give(points, jana, "order", now, amount=10 * ROUNDS)
    for number in range(ROUNDS):
        with store_scope(points.store_id):
            held = hold(unit=points, owner=jana, amount=10, key=f"h{number}", now=now).movement
        told = round_of(
            *[lambda held=held: capture(held=held, now=now)] * 4,
            *[lambda held=held: void(held=held, now=now)] * 4,
        )
        assert sum(isinstance(one, AlreadySettled) for one in told) == 4
        with store_scope(points.store_id):
            assert Movement.objects.filter(settles=held).count() == 1


def test_spending_expiring_and_taking_back_share_one_lot(points, now, round_of):
    for number in range(ROUNDS):
        owner = Owner("customer", f"mixed-{number}")
        earned = give(
            points, owner, f"o{number}", now, basis=1000, expires_at=now + timedelta(days=1)
        )
        round_of(
            lambda owner=owner, number=number: spend(
                unit=points, owner=owner, amount=60, key=f"s{number}", now=now
            ),
            lambda: expire_due(unit=points, now=now + timedelta(days=2)),
            *(
                lambda earned=earned, key=f"r{number}:{part}": take_back(
                    earned=earned, key=key, basis_back=500, now=now
                )
                for part in range(3)
            ),
        )
        with store_scope(points.store_id):
            assert Lot.objects.get(earned_by=earned).taken_back == 100


def test_people_carried_to_and_fro_come_to_no_deadlock(points, now, round_of):
    one, other = Owner("customer", "one"), Owner("customer", "other")
    give(points, one, "first", now)
    give(points, other, "second", now)
    for number in range(ROUNDS * 3):
        round_of(
            lambda: carry(store_id=points.store_id, gone=one, kept=other, now=now),
            lambda: carry(store_id=points.store_id, gone=other, kept=one, now=now),
            lambda number=number: earn(
                unit=points, grant=Grant(owner=one, amount=1, key=f"a{number}"), now=now
            ),
            lambda number=number: spend(
                unit=points, owner=other, amount=1, key=f"b{number}", now=now
            ),
        )
    with store_scope(points.store_id):
        spent = Movement.objects.filter(kind="spend").count()
        there = sum(balance(unit=points, owner=owner, now=now).available for owner in (one, other))
    assert there == 200 + ROUNDS * 3 - spent
