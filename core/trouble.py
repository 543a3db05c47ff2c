"""Trouble of the database itself: its disk is full, somebody holds it locked, it is away.

What failed for such a reason is as right as it was. It is tried again once the trouble is over,
nothing is counted against it, and whoever runs the shop reads one line instead of a traceback.
"""

from django.db import Error, InterfaceError, OperationalError

FULL = "The disk is full. Free some space; nothing is lost, and work goes on by itself."
LOCKED = (
    "Another program is writing to the database and does not come to an end. Stop it (a backup, a "
    "database browser, an import?); work goes on by itself."
)
READ_ONLY = "The database cannot be written to. Look at the rights of its file and folder."
BROKEN_DISK = "The disk cannot be read or written. Look at it before anything else."
AWAY = "The database cannot be reached. Work goes on by itself once it is back."

# SQLite's primary result codes (sqlite.org/rescode.html).
OF_SQLITE = {5: LOCKED, 6: LOCKED, 8: READ_ONLY, 10: BROKEN_DISK, 13: FULL, 14: BROKEN_DISK}
# PostgreSQL's states by their beginning, the longer ones first (its manual, appendix A). Deadlocks
# and cancelled statements are not here: they are of what was asked, and may come again for ever.
OF_POSTGRES = (
    ("53100", FULL),
    ("25006", READ_ONLY),
    ("58030", BROKEN_DISK),
    ("55P03", LOCKED),
    ("57P", AWAY),
    ("08", AWAY),
    ("53", AWAY),
)


def trouble(error: BaseException) -> str:
    """What is the matter, in words for whoever runs the shop; empty where it is something else."""
    if not isinstance(error, Error):
        return ""
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return OF_SQLITE.get(code & 0xFF, "")
    state = getattr(cause, "pgcode", None)
    if state is not None:
        return next((words for start, words in OF_POSTGRES if state.startswith(start)), "")
    return AWAY if isinstance(error, OperationalError | InterfaceError) else ""
