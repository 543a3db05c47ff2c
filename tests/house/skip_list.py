"""A pytest plugin: in CI, a skip that tests/skips.toml does not allow fails the run."""

import os
import shutil
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = tomllib.loads((ROOT / "tests" / "skips.toml").read_text(encoding="utf-8"))["allow"]


def run_name() -> str:
    """Which of CI's two runs this is."""
    return "sqlite" if settings.ON_SQLITE else "services"


def is_there(path_or_program: str) -> bool:
    if "/" in path_or_program:
        return (ROOT / path_or_program).exists()
    return shutil.which(path_or_program) is not None


def may_skip(*, nodeid: str, keywords: Any, run: str, rules: list[dict[str, Any]]) -> bool:
    """Does a line of the list allow this test to be skipped in this run?"""
    return any(
        run in rule["run"]
        and not ("unless" in rule and is_there(rule["unless"]))
        and (rule.get("marker") in keywords or fnmatch(nodeid, rule.get("test", "")))
        for rule in rules
    )


class SkipList:
    """Collects skips on the process that reports (with xdist: the controller)."""

    def __init__(self) -> None:
        self.forbidden: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.skipped or hasattr(report, "wasxfail"):
            return
        if not may_skip(
            nodeid=report.nodeid, keywords=report.keywords, run=run_name(), rules=ALLOWED
        ):
            why = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
            self.forbidden.append(f"{report.nodeid}: {why}")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self.forbidden.append(f"{report.nodeid}: the whole file was skipped")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.forbidden and session.exitstatus == 0:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.forbidden:
            terminalreporter.section("skips that tests/skips.toml does not allow", red=True)
            for line in self.forbidden:
                terminalreporter.line(line)


def pytest_configure(config: pytest.Config) -> None:
    is_worker = hasattr(config, "workerinput")
    if os.environ.get("CI") and not is_worker:
        config.pluginmanager.register(SkipList(), "skip-list")
