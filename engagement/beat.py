"""What beat ticks, and how often. Nothing per customer; any number of beats may run.

Kept free of imports from the rooms, because the settings read it.
"""

from typing import Any

EVERY_SECONDS = {
    "notices": 5,
    "reactions": 5,
    "dispatch": 5,
    "commands": 5,
    "reap": 15,
    "resolve": 60,
    "floods": 60,
    "standing": 60,
    "replan": 5,
    "campaigns": 15,
    "feeds": 60,
    "delays": 300,
    "claims": 900,
    "inserts": 15,
    "demands": 60,
    "reconcile": 300,
    "calendar": 900,
    "sweep_out": 3600,
    "credit": 3600,
    "recount": 86400,
    "zones": 3600,
}

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    name: {
        "task": "engagement.tasks.chore",
        "schedule": float(seconds),
        "args": (name,),
        # A tick that waited longer than its own period is pointless: the next one is here.
        "options": {"expires": max(seconds, 10), "queue": "chores"},
    }
    for name, seconds in EVERY_SECONDS.items()
}
