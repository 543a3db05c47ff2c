"""The recount finds whatever does not follow from the entries, and says so with a failing exit."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core.ledger.models import Account, Lot
from core.ledger.operations.earn import Grant, earn
from core.ledger.operations.expire import expire_due
from core.ledger.operations.spend import hold, spend
from core.ledger.operations.take_back import take_back
from core.ledger.queries import liability


@pytest.fixture
def lived(points, jana, in_store, now):
    """A purse in which something of everything has happened."""
    for number, days in enumerate((1, None, None)):
        grant = Grant(
            owner=jana,
            amount=100,
            key=f"order:{number}",
            basis=1000,
            expires_at=now + timedelta(days=days) if days else None,
            release_at=now + timedelta(days=30) if number == 2 else None,
        )
        movement = earn(unit=points, grant=grant, now=now).movement
    spend(unit=points, owner=jana, amount=30, key="spent", now=now)
    hold(unit=points, owner=jana, amount=10, key="held", now=now)
    expire_due(unit=points, now=now + timedelta(days=2))
    take_back(earned=movement, key="refund", basis_back=333, now=now)
    return in_store


def check(store="lipa"):
    out = StringIO()
    call_command("ledger_check", store=store, stdout=out)
    return out.getvalue()


def test_a_ledger_in_order_says_so(lived):
    assert "lipa: 7 movements, nothing differs." in check()


@pytest.mark.parametrize(
    ("model", "column"),
    [
        (Account, "balance"),
        (Lot, "pending"),
        (Lot, "available"),
        (Lot, "held"),
        (Lot, "expired"),
        (Lot, "taken_back"),
        (Lot, "basis_back"),
        (Lot, "amount"),
    ],
)
def test_it_finds_a_number_that_somebody_changed(lived, model, column):
    row = model.objects.exclude(**{column: 0}).order_by("pk").last()
    by = 1 if column == "amount" else -1
    model.objects.filter(pk=row.pk).update(**{column: getattr(row, column) + by})
    with pytest.raises(CommandError, match="difference"):
        check()


def test_what_the_shop_owes_is_one_question(lived, points, django_assert_num_queries):
    with django_assert_num_queries(1):
        owed = liability(unit=points)
    assert owed.issued == 300 - 33
    assert owed.pending + owed.available + owed.held == 300 - 30 - 60 - 33
    assert (owed.spent, owed.held, owed.debt) == (30, 10, 0)


def test_a_store_that_is_not_there_is_told(db):
    with pytest.raises(CommandError, match="nowhere"):
        check("nowhere")
