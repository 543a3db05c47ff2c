"""Is there space left where we write?"""

import shutil
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from engagement.doctor.finding import Finding

MIB = 1024**2
WARN_BELOW, FAIL_BELOW = 500 * MIB, 50 * MIB


def examine(*, now: datetime) -> list[Finding]:
    """The free space of the disk with our files, and of the one with SQLite's database."""
    folders = {Path(settings.VAR_DIR)}
    if settings.ON_SQLITE:
        folders.add(Path(connection.settings_dict["NAME"]).parent)
    return [_space(folder) for folder in sorted(folders) if folder.is_dir()]


def _space(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    found = f"{free // MIB:,} MiB free in {folder}."
    if free >= WARN_BELOW:
        return Finding("ok", "disk", found)
    return Finding(
        "fail" if free < FAIL_BELOW else "warn",
        "disk",
        found,
        "Free some space. On a full disk no order is taken in; shops send theirs again for days.",
    )
