"""Where the real data lies that is read in place and is no part of the project."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1].parent / "shared" / "data"


def shared(*parts: str) -> Path:
    """The path of a data set beside the project; skips the test where it is absent."""
    path = ROOT.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs the data set {'/'.join(parts)}")
    return path
