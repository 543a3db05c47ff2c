"""Files stay small, are named by verb or noun of the shop, and name no machine of ours."""

import ast
import re

import pytest

from tests.house.tree import ROOT, text_of, tracked

FORBIDDEN_NAMES = {"utils.py", "helpers.py", "services.py", "manager.py", "managers.py", "util.py"}
# Written backwards, so that this file does not find itself.
FOLDERS = [word[::-1] for word in ("/krow/", "/mraf/", "vneyp.", "/emoh/", "/toor/")]
HOSTS = [word[::-1] for word in ("detsohnohtyp", "gro.ipyp", "sjmpn", "gro.naibed.bed")]
MACHINE = re.compile("|".join(re.escape(word) for word in FOLDERS + HOSTS))
CODE = [path for path in tracked("*.py") if "migrations" not in path.parts]


@pytest.mark.parametrize("path", CODE, ids=str)
def test_no_file_outgrows_one_sitting(path):
    limit = 400 if path.parts[0] == "tests" else 350
    assert len(text_of(path).splitlines()) <= limit, f"{path}: split it by verb"


def test_no_file_is_named_by_its_layer():
    assert [str(path) for path in tracked("*.py") if path.name in FORBIDDEN_NAMES] == []


def test_no_tracked_file_names_a_machine_or_a_registry():
    found = []
    for path in tracked():
        for number, line in enumerate(text_of(path).splitlines(), 1):
            if path.suffix != ".svg" and MACHINE.search(line):
                found.append(f"{path}:{number}: {line.strip()[:80]}")
    assert found == []


# Machine time for leases, retries and breakers is read through core.clock, too.
CLOCK = re.compile(
    r"\b(timezone\.now|datetime\.now|datetime\.utcnow|datetime\.today|date\.today)\("
)


def test_nobody_reads_the_clock_but_core_clock():
    found = [
        f"{path}:{number}"
        for path in CODE
        if path.parts[0] not in {"tests", "bench", "bin"} and str(path) != "core/clock.py"
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if CLOCK.search(line)
    ]
    assert found == []


def test_nothing_is_put_off_by_the_broker():
    """Delays live in the database: no eta, no countdown, no eager mode."""
    words = re.compile(r"\b(countdown|eta)\s*=|TASK_ALWAYS_EAGER|task_always_eager")
    found = [
        f"{path}:{number}"
        for path in CODE
        if path.parts[0] != "tests"
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if words.search(line)
    ]
    assert found == []


def test_functions_stay_short():
    """A hard stop well above the aim of 40 lines: one long constructor fits, a tangle does not."""
    long = []
    for path in CODE:
        if path.parts[0] == "tests":
            continue
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                if size > 80:
                    long.append(f"{path}:{node.lineno} {node.name}: {size} lines")
    assert long == []


def test_tests_do_not_import_one_another():
    found = [
        f"{path}: {line}"
        for path in tracked("tests/*.py")
        for line in text_of(path).splitlines()
        if re.match(r"\s*(from|import) tests\.(\w+\.)*test_", line)
    ]
    assert found == []
