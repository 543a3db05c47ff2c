"""What the database refuses, whoever asks: changes, deletions, overdrafts, two units in one entry."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from core.ledger.errors import BadAmount
from core.ledger.models import Account, Entry, Movement
from core.ledger.operations.earn import Grant, earn
from core.ledger.operations.open_unit import open_unit
from core.ledger.operations.spend import spend
from core.stores.scope import store_scope


@pytest.fixture
def earned(points, jana, in_store, now):
    return earn(unit=points, grant=Grant(owner=jana, amount=100, key="order:1"), now=now).movement


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_movement SET amount = 5",
        "UPDATE ledger_entry SET amount = 5",
        "UPDATE ledger_movement SET reason = 'so be it'",
        "DELETE FROM ledger_entry",
        "DELETE FROM ledger_movement",
    ],
)
def test_what_is_written_stays(earned, statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)
    assert Entry.objects.get().amount == 100
    assert Movement.objects.get().amount == 100


def test_python_does_not_even_ask(earned):
    for rows in (Movement.objects.all(), Entry.objects.all()):
        with pytest.raises(TypeError):
            rows.update(amount=5)
        with pytest.raises(TypeError):
            rows.delete()


@pytest.mark.parametrize("purpose", Account.Purpose.values)
def test_no_account_can_be_overdrawn_even_by_hand(earned, purpose):
    account, _ = Account.objects.get_or_create(
        store_id=earned.store_id, purse_id=earned.purse_id, purpose=purpose
    )
    wrong = 1 if purpose in {"issued", "debt"} else -1
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=account.pk).update(balance=wrong)


def test_an_entry_stays_within_its_unit(earned, points, jana, now):
    credit = open_unit(store_id=points.store_id, code="credit:CZK", currency="CZK")
    earn(unit=credit, grant=Grant(owner=jana, amount=5, key="other"), now=now)
    ours = Account.objects.get(purse=earned.purse_id, purpose="available")
    theirs = Account.objects.get(purse__unit=credit, purpose="available")
    with pytest.raises(DatabaseError, match="one unit"), transaction.atomic():
        Entry.objects.create(
            store_id=points.store_id,
            movement=earned,
            from_account=ours,
            to_account=theirs,
            amount=1,
        )


def test_an_entry_stays_within_its_store(earned, jana, other_store, now):
    with store_scope(other_store.pk):
        there = open_unit(store_id=other_store.pk, code="points")
        earn(unit=there, grant=Grant(owner=jana, amount=5, key="order:1"), now=now)
        theirs = Account.objects.get(purpose="available").pk
    ours = Account.objects.get(purse=earned.purse_id, purpose="issued")
    with pytest.raises(DatabaseError, match="one store"), transaction.atomic():
        connection.cursor().execute(
            "INSERT INTO ledger_entry (store_id, movement_id, from_account_id, to_account_id, amount)"
            " VALUES (%s, %s, %s, %s, 1)",
            [earned.store_id, earned.pk, ours.pk, theirs],
        )


@pytest.mark.parametrize("amount", [0, -1, 1.0, 0.5, True, "5", None])
def test_amounts_are_whole_and_above_zero(points, jana, in_store, now, amount):
    with pytest.raises(BadAmount):
        earn(unit=points, grant=Grant(owner=jana, amount=amount, key="a"), now=now)
    with pytest.raises(BadAmount):
        spend(unit=points, owner=jana, amount=amount, key="b", now=now)
    assert not Movement.objects.exists()


def test_a_unit_keeps_its_currency(points, in_store):
    with pytest.raises(ValueError, match="points"):
        open_unit(store_id=points.store_id, code="points", currency="CZK")
