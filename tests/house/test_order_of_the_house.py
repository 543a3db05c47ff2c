"""Contracts, migrations, commands and pins: what must always be in order."""

import re
import secrets
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.management import call_command, get_commands, load_command_class
from django.test import override_settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINS = {
    canonicalize_name(line.split("==")[0]): line.strip().split("==")[1]
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if "==" in line
}
OURS = {"core", "orders", "loyalty", "referrals", "reviews", "support", "engagement"}


def test_imports_go_down_only():
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_system_checks_pass():
    call_command("check", fail_level="WARNING")


def test_every_command_says_what_it_does():
    silent = [
        name
        for name, app in get_commands().items()
        if app.split(".")[0] in OURS and len(load_command_class(app, name).help.strip()) < 20
    ]
    assert silent == []


def needed(requirement: Requirement, seen: set[str]) -> None:
    """Collect the names of everything that `requirement` pulls in, here."""
    name = canonicalize_name(requirement.name)
    key = f"{name}{sorted(requirement.extras)}"
    if key in seen:
        return
    seen.add(key)
    try:
        below = requires(requirement.name) or []
    except PackageNotFoundError:
        return
    for line in below:
        child = Requirement(line)
        extras = requirement.extras | {""}
        if child.marker is None or any(child.marker.evaluate({"extra": one}) for one in extras):
            needed(child, seen)


def test_every_dependency_has_its_version_in_the_constraints():
    seen: set[str] = set()
    extras = PROJECT["optional-dependencies"]
    asked = [*PROJECT["dependencies"], *extras["dev"], *extras["bench"]]
    for line in asked:
        needed(Requirement(line), seen)
    names = {key.split("[")[0] for key in seen}
    assert sorted(names - PINS.keys()) == []
    assert sorted(PINS.keys() - names) == [], "pinned, but nothing asks for it"
    for line in asked:
        wanted = Requirement(line)
        pin = PINS[canonicalize_name(wanted.name)]
        assert wanted.specifier.contains(pin), f"{line} does not allow the pinned {pin}"


def test_no_key_stands_in_a_tracked_file():
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert "replace-me" in re.search(r"^SECRET_KEY=(.*)$", text, re.M).group(1)
    assert "replace-me" in re.search(r"^CREDENTIALS_KEY=(.*)$", text, re.M).group(1)


@override_settings(CELERY_BROKER_URL="redis://nowhere.invalid:6379/0")
def test_hints_need_no_broker_to_be_written():
    from core.wake import wake  # noqa: PLC0415 (settings are read when it is called)

    wake("outbox")


def test_the_labels_are_those_of_decision_0001():
    text = (ROOT / "docs/decisions/0001-rooms-and-labels.md").read_text(encoding="utf-8")
    written = dict(re.findall(r"^\| `([\w.]+)` \| `(\w+)` \|$", text, re.M))
    ours = {app.name: app.label for app in apps.get_app_configs() if app.name.split(".")[0] in OURS}
    assert ours == written


def test_the_production_settings_pass_djangos_deployment_checks(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={
            "PATH": "/usr/bin:/bin",
            "ENVIRONMENT": "production",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "CREDENTIALS_KEY": Fernet.generate_key().decode(),
            "SITE_URL": "https://care.example",
            "EMAIL_URL": "smtp://localhost:25",
            "VAR_DIR": str(tmp_path),
        },
    )
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.parametrize(
    ("missing", "instead"),
    [
        ("SECRET_KEY", None),
        ("SITE_URL", None),
        ("CREDENTIALS_KEY", None),
        ("CREDENTIALS_KEY", "no-key"),
        ("SITE_URL", "http://care.example"),
        ("EMAIL_URL", None),
    ],
)
def test_production_refuses_to_start_without(missing, instead, tmp_path):
    env = {
        "PATH": "/usr/bin:/bin",
        "ENVIRONMENT": "production",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "CREDENTIALS_KEY": Fernet.generate_key().decode(),
        "SITE_URL": "https://care.example",
        "EMAIL_URL": "smtp://localhost:25",
        "VAR_DIR": str(tmp_path),
    }
    del env[missing]
    if instead:
        env[missing] = instead
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, capture_output=True, text=True, env=env
    )
    assert done.returncode != 0
    assert missing in done.stderr
