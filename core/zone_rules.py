"""Which rules of time zones this machine has. They change several times a year, somewhere."""

import hashlib
import zoneinfo
from importlib import resources
from pathlib import Path


def fingerprint() -> str:
    """One text for all the rules as they lie on the machine now: another one once any has changed."""
    digest = hashlib.sha256()
    for key in sorted(zoneinfo.available_timezones()):
        digest.update(key.encode() + b"\0" + _rules(key))
    return digest.hexdigest()


def _rules(key: str) -> bytes:
    """The file of one zone, found as `zoneinfo` finds it: the system's, else the package's."""
    for folder in zoneinfo.TZPATH:
        file = Path(folder, key)
        if file.is_file():
            return file.read_bytes()
    return resources.files("tzdata").joinpath("zoneinfo", *key.split("/")).read_bytes()
