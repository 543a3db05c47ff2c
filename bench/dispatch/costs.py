"""What processes hold in memory and have used of CPU."""

import re
from pathlib import Path


def resident_mb() -> float:
    """Now."""
    return _told("VmRSS")


def peak_mb() -> float:
    """Since this program began; `ru_maxrss` would count what started it, too."""
    return _told("VmHWM")


def _told(name: str) -> float:
    told = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(told[1]) / 1024 if told else 0.0


def ticks(pid: int) -> float:
    """CPU seconds that a process of this machine has used; 0 where that cannot be seen."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / 100
