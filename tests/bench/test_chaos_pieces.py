"""The bench under faults runs in CI as a step of its own; here only that its pieces fit the product."""

import subprocess
import sys

import pytest

from bench.chaos.faults import PLACES, place_of
from bench.chaos.mutations import DEFENCES
from bench.chaos.scenarios import SCENARIOS
from tests.house.tree import ROOT


@pytest.mark.parametrize("place", PLACES)
def test_every_trap_lies_at_a_place_that_exists(place: str):
    holder, name = place_of(*PLACES[place])
    assert callable(getattr(holder, name))


def test_every_scenario_says_what_it_does():
    assert all(one.says and one.rows for one in SCENARIOS.values())


@pytest.mark.parametrize("row", range(1, 23))
def test_every_row_of_the_fault_matrix_is_played(row: int):
    assert any(str(row) in one.rows for one in SCENARIOS.values())


def test_every_defence_can_be_switched_off_and_has_a_scenario_that_must_notice():
    """In a process of its own: what is switched off here must not stay off."""
    assert {one.scenario for one in DEFENCES.values()} <= set(SCENARIOS)
    code = "import django; django.setup(); from bench.chaos.mutations import DEFENCES, switch_off; "
    done = subprocess.run(
        [sys.executable, "-c", code + "[switch_off(name) for name in DEFENCES]"],
        cwd=ROOT,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("name", [*SCENARIOS, *DEFENCES])
def test_the_document_names_every_scenario_and_every_defence(name: str):
    assert f"`{name}`" in (ROOT / "docs" / "faults.md").read_text()
