"""Whatever happens in whatever order: the ledger says what a napkin says, and recounts to nothing.

CI walks 200 of them (`LEDGER_EXAMPLES`, `LEDGER_STEPS`); a failure prints the steps and how to repeat them.
"""

import os
from datetime import timedelta
from itertools import count

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from core.ledger.errors import AlreadyReversed, AlreadySettled, KeyReused, NotEnough
from core.ledger.operations.carry import carry
from core.ledger.operations.earn import Grant, earn
from core.ledger.operations.expire import expire_due
from core.ledger.operations.give_back import give_back
from core.ledger.operations.open_unit import open_unit
from core.ledger.operations.release import release_due
from core.ledger.operations.settle_hold import capture, void
from core.ledger.operations.spend import hold, spend
from core.ledger.operations.take_back import take_back
from core.ledger.owner import Owner
from core.ledger.queries import balance, lots
from core.ledger.recount import differences
from core.stores.scope import store_scope
from tests.conftest import NOON
from tests.core.ledger.naive import NaiveLot, NaivePerson, rounded_share
from tests.factories.stores import StoreFactory

NAMES = ("1", "2", "3")
DAYS = st.one_of(st.none(), st.integers(1, 12))
AMOUNTS = st.integers(1, 60)
EXAMPLES = int(os.environ.get("LEDGER_EXAMPLES", "15"))
STEPS = int(os.environ.get("LEDGER_STEPS", "50"))


class AnySequence(RuleBasedStateMachine):
    earnings = Bundle("earnings")
    spendings = Bundle("spendings")
    holds = Bundle("holds")

    def __init__(self) -> None:
        super().__init__()
        self.around = transaction.atomic()
        self.around.__enter__()
        self.store = StoreFactory(slug=f"shop-{next(NUMBERS)}")
        self.scope = store_scope(self.store.pk)
        self.scope.__enter__()
        self.unit = open_unit(store_id=self.store.pk, code="points")
        self.now = NOON
        self.people = {name: NaivePerson() for name in NAMES}
        self.merged: dict[str, str] = {}
        self.keys = count(1)

    def teardown(self) -> None:
        assert list(differences(store_id=self.store.pk)) == []
        self.scope.__exit__(None, None, None)
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    def key(self) -> str:
        return f"k{next(self.keys)}"

    def living(self, name: str) -> str:
        while name in self.merged:
            name = self.merged[name]
        return name

    def of(self, name: str) -> tuple[Owner, NaivePerson]:
        name = self.living(name)
        return Owner("customer", name), self.people[name]

    @initialize(target=earnings, name=st.sampled_from(NAMES))
    def begins(self, name):
        return self.earns(name, 40, 100, None, None)

    @rule(
        target=earnings,
        name=st.sampled_from(NAMES),
        amount=AMOUNTS,
        basis=st.one_of(st.none(), st.integers(1, 500)),
        release_in=DAYS,
        expire_in=DAYS,
    )
    def earns(self, name, amount, basis, release_in, expire_in):
        owner, person = self.of(name)
        release_at = self.now + timedelta(days=release_in) if release_in else None
        expires_at = self.now + timedelta(days=expire_in) if expire_in else None
        grant = Grant(
            owner=owner, amount=amount, key=self.key(), basis=basis,
            release_at=release_at, expires_at=expires_at,
        )  # fmt: skip
        posted = earn(unit=self.unit, grant=grant, now=self.now)
        again = earn(unit=self.unit, grant=grant, now=self.now + timedelta(days=1))
        assert (posted.is_new, again.is_new) == (True, False)
        lot = NaiveLot(next(NUMBERS), amount, basis, release_at, expires_at)
        person.lots.append(lot)
        if release_at:
            lot.pending = amount
        else:
            person.pour(lot, amount)
        return posted.movement, lot, name

    @rule(target=spendings, name=st.sampled_from(NAMES), amount=AMOUNTS)
    def spends(self, name, amount):
        return self.takes(spend, name, amount)

    @rule(target=holds, name=st.sampled_from(NAMES), amount=AMOUNTS)
    def sets_aside(self, name, amount):
        return self.takes(hold, name, amount)

    def takes(self, deed, name, amount):
        owner, person = self.of(name)
        there = person.can_spend(self.now)
        wish = {"unit": self.unit, "owner": owner, "amount": amount, "key": self.key()}
        if there < amount:
            with pytest.raises(NotEnough) as refused:
                deed(**wish, now=self.now)
            assert refused.value.available == there
            return multiple()
        posted = deed(**wish, now=self.now)
        with pytest.raises(KeyReused):
            deed(**{**wish, "amount": amount + 1}, now=self.now)
        parts = person.spend(amount, self.now)
        if deed is hold:
            for lot, part in parts:
                lot.held += part
        return posted.movement, [[lot, part] for lot, part in parts], name

    @rule(held=consumes(holds), share=st.integers(0, 100))
    def lets_go(self, held, share):
        movement, parts, name = held
        _, person = self.of(name)
        spent = movement.amount * share // 100
        settle = {"held": movement, "now": self.now}
        for _ in range(2):
            capture(**settle, amount=spent) if spent else void(**settle)
        with pytest.raises(AlreadySettled):
            void(**settle) if spent else capture(**settle)
        for lot, part in parts:
            lot.held -= part
            kept = min(part, spent)
            spent -= kept
            person.pour(lot, part - kept)

    @rule(spending=spendings, amount=st.one_of(st.none(), AMOUNTS))
    def gives_back(self, spending, amount):
        movement, left, name = spending
        _, person = self.of(name)
        out = sum(part for _, part in left)
        wanted = out if amount is None else amount
        wish = {"spent": movement, "key": self.key(), "amount": amount, "now": self.now}
        if not 0 < wanted <= out:
            with pytest.raises(AlreadyReversed):
                give_back(**wish)
            return
        assert give_back(**wish).movement == give_back(**wish).movement
        person.give_back(left, wanted)

    @rule(earning=earnings, part=st.one_of(st.none(), st.integers(1, 300)))
    def takes_back(self, earning, part):
        movement, lot, name = earning
        _, person = self.of(name)
        by_rate = part is not None and lot.basis is not None
        wish = {"earned": movement, "key": self.key(), "now": self.now}
        wish["basis_back" if by_rate else "amount"] = part
        left = lot.amount - lot.taken_back
        if left == 0 or (not by_rate and part is not None and part > left):
            with pytest.raises(AlreadyReversed):
                take_back(**wish)
            return
        wanted = left if part is None else part
        if by_rate:
            lot.basis_back += part
            due = rounded_share(lot.amount, lot.basis, lot.basis_back)
            wanted = max(0, due - lot.taken_back)
        assert take_back(**wish).movement == take_back(**wish).movement
        person.take_back(lot, wanted)

    @rule(days=st.integers(1, 5))
    def time_passes(self, days):
        self.now += timedelta(days=days)

    @rule()
    def what_is_due_is_released(self):
        release_due(unit=self.unit, now=self.now)
        for person in self.people.values():
            for lot in person.lots:
                if lot.pending and lot.release_at <= self.now:
                    pending, lot.pending = lot.pending, 0
                    person.pour(lot, pending)

    @rule()
    def what_is_over_expires(self):
        while expire_due(unit=self.unit, now=self.now):
            pass
        for person in self.people.values():
            for lot in person.lots:
                if lot.available and lot.is_over(self.now):
                    lot.expired, lot.available = lot.expired + lot.available, 0

    @rule(gone=st.sampled_from(NAMES), kept=st.sampled_from(NAMES))
    def two_are_one(self, gone, kept):
        (mine, one), (yours, other) = self.of(gone), self.of(kept)
        if mine == yours:
            return
        carry(store_id=self.store.pk, gone=mine, kept=yours, now=self.now)
        other.absorb(one)
        self.merged[mine.id] = yours.id

    @invariant()
    def both_say_the_same(self):
        for name, person in self.people.items():
            has = balance(unit=self.unit, owner=Owner("customer", name), now=self.now)
            assert has.available == person.can_spend(self.now)
            assert has.pending == sum(lot.pending for lot in person.lots)
            assert has.held == sum(lot.held for lot in person.lots)
            assert has.debt == person.debt
            shown = lots(unit=self.unit, owner=Owner("customer", name), now=self.now)
            expected = [
                (lot.pending, lot.available, lot.expires_at)
                for lot in sorted(person.lots, key=NaiveLot.rank)
                if lot.pending or (lot.available and not lot.is_over(self.now))
            ]
            assert [(lot.pending, lot.available, lot.expires_at) for lot in shown] == expected


NUMBERS = count(1)


@pytest.mark.django_db
def test_any_sequence_is_as_on_a_napkin():
    run_state_machine_as_test(
        AnySequence,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
