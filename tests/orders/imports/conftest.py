"""Files to import, and the command as a person runs it."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from core.stores.models import Store

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(store: Store, tmp_path: Path) -> Run:
    """Run an import command for Lipa and give back its figures."""

    def call(command: str, path: Path, file_format: str, **options: Any) -> dict[str, Any]:
        out = StringIO()
        options.setdefault("rejects", tmp_path / "rejects.csv")
        call_command(
            command, path, store="lipa", format=file_format, json=True, stdout=out, **options
        )
        return json.loads(out.getvalue())

    return call


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """A file of this name and text."""

    def make(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return make
