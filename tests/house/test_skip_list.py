"""The list of allowed skips lets nothing else through."""

from tests.house.skip_list import ALLOWED, may_skip

RULES = [
    {"marker": "postgres", "run": ["sqlite"], "reason": "…"},
    {
        "test": "tests/a/test_b.py::*",
        "run": ["services"],
        "unless": "no-such-program",
        "reason": "…",
    },
    {"test": "tests/a/test_c.py::*", "run": ["services"], "unless": "tests/house", "reason": "…"},
]


def test_a_skip_is_allowed_by_marker_in_its_run_only():
    assert may_skip(nodeid="x::y", keywords={"postgres": 1}, run="sqlite", rules=RULES)
    assert not may_skip(nodeid="x::y", keywords={"postgres": 1}, run="services", rules=RULES)
    assert not may_skip(nodeid="x::y", keywords={}, run="sqlite", rules=RULES)


def test_a_skip_is_allowed_only_while_what_it_lacks_is_missing():
    assert may_skip(nodeid="tests/a/test_b.py::one", keywords={}, run="services", rules=RULES)
    assert not may_skip(nodeid="tests/a/test_c.py::one", keywords={}, run="services", rules=RULES)


def test_every_line_of_the_list_gives_its_reason():
    for rule in ALLOWED:
        assert rule["reason"]
        assert set(rule["run"]) <= {"sqlite", "services"}
        assert ("marker" in rule) != ("test" in rule)
