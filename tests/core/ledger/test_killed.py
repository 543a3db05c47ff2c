"""A process that is killed in the middle leaves whole movements, and its purse to others."""

import os
import random
import subprocess
import sys

import pytest
from django.db import connection

from core.ledger.models import Movement
from core.ledger.operations.earn import Grant, earn
from core.ledger.recount import differences
from core.stores.scope import store_scope
from tests.house.tree import ROOT

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 4


def test_killed_anywhere_it_leaves_whole_movements(points, jana, store, now):
    found = connection.settings_dict
    who = f"{found['USER']}:{found['PASSWORD']}".strip(":")
    address = f"{found['HOST']}:{found['PORT'] or 5432}/{found['NAME']}"
    env = {**os.environ, "DATABASE_URL": f"postgres://{who}@{address}", "PYTHONPATH": str(ROOT)}
    for number in range(ROUNDS):
        spender = subprocess.Popen(
            [sys.executable, "-m", "tests.core.ledger.spender", str(store.pk), f"run-{number}"],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
        )
        assert spender.stdout is not None
        for line in range(1, random.randint(2, 30)):
            assert spender.stdout.readline().strip() == b"%d" % line
        spender.kill()
        spender.wait(10)
        spender.stdout.close()
        with store_scope(store.pk):
            grant = Grant(owner=jana, amount=1, key=f"after:{number}")
            assert earn(unit=points, grant=grant, now=now).is_new  # no lock is left behind
            assert list(differences(store_id=store.pk)) == []
            assert Movement.objects.filter(key__startswith=f"run-{number}").count() >= 3
