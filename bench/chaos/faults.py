"""Traps inside the children: at a named place the process dies or stops when a file says so.

Lay one by `arm(room, "before-record", "kill")`: the next process to pass that place takes the file
away, so that exactly one is caught, leaves its process id under `caught`, and suffers. Poison always
works: who reads such a notice, or writes such a mail, dies.
"""

import contextlib
import os
import signal
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

# place → (module, name in it). The trap springs just before the call.
PLACES = {
    "before-hint": ("core.wake", "wake"),
    "before-mark": ("engagement.messages.operations.send_batch", "Batch._mark"),
    "before-mark-of-several": ("engagement.messages.operations.send_batch", "Batch._mark"),
    "before-marketing-mark": ("engagement.messages.operations.send_batch", "Batch._mark"),
    "before-record": ("engagement.messages.operations.hand_over", "record_or_remember"),
    "in-reaction": ("engagement.flows.reactions", "enter_flows"),
}
SEVERAL = 4  # so many that whoever takes them over is seen holding them
LOGGED = ("engagement.chores", "take_slot")  # who took which slot, beside the table that says so
CLOCK = "clock"  # a file with the seconds that our machines' clock is off by
POISON = b"CHAOS-POISON"  # in a notice's body: whoever reads it dies
POISONED_TITLE = "CHAOS-POISON-MAIL"  # in an order's line: whoever writes the mail dies


def arm(room: Path, place: str, action: str = "kill", *, times: int = 1) -> None:
    """`times` processes that come to `place` suffer `action`: ``kill`` or ``stop`` (SIGSTOP)."""
    for _ in range(times):
        (room / f"{place}.{uuid.uuid4().hex}").write_text(action)


def disarm(room: Path) -> None:
    """Take away every trap, and set the clock right."""
    for trap in room.iterdir():
        if trap.suffix != ".log":
            trap.unlink(missing_ok=True)


def caught(room: Path) -> list[int]:
    """The processes that traps have caught so far."""
    return [int(found.suffix[1:]) for found in room.glob("caught.*")]


def step_clock(room: Path, seconds: float) -> None:
    """Move the clock that the installation reads (core.clock) by `seconds` from the true time."""
    (room / "step").write_text(str(seconds))
    (room / "step").replace(room / CLOCK)


def slots_taken(room: Path) -> list[str]:
    """Every chore slot that a scheduler believes to have taken."""
    log = room / "slots.log"
    return log.read_text().splitlines() if log.exists() else []


def armed(room: Path, place: str) -> bool:
    """Whether a trap at `place` still waits for somebody."""
    return any(room.glob(f"{place}.*"))


def lay(room: str) -> None:
    """Called once in each child: wrap the places. A place that is gone is an error, not silence."""
    if not room:
        return
    for place, (module_name, name) in PLACES.items():
        holder, name = place_of(module_name, name)
        setattr(holder, name, _trapped(getattr(holder, name), Path(room), place))
    chores = import_module(LOGGED[0])
    chores.take_slot = _logged(chores.take_slot, Path(room) / "slots.log")  # type: ignore[attr-defined]
    import_module("core.clock").datetime = _stepping(Path(room) / CLOCK)  # type: ignore[attr-defined]
    process_notices = import_module("orders.operations.process_notices")
    write_mail = import_module("engagement.messages.operations.write_mail")
    process_notices.apply_notice = _poisoned(process_notices.apply_notice, _in_notice)
    write_mail.render = _poisoned(write_mail.render, _in_mail)


def place_of(module: str, name: str) -> tuple[Any, str]:
    """(module or class, attribute). Raises AttributeError where the product has moved on."""
    holder: Any = import_module(module)
    *outer, last = name.split(".")
    for part in outer:
        holder = getattr(holder, part)
    getattr(holder, last)
    return holder, last


def _trapped(call: Callable[..., Any], room: Path, place: str) -> Callable[..., Any]:
    @wraps(call)
    def first_look(*args: Any, **kwargs: Any) -> Any:
        if "marketing" in place and not _is_marketing(args[1]):
            return call(*args, **kwargs)
        if "several" in place and len(args[0].open_rows) < SEVERAL:
            return call(*args, **kwargs)
        for trap in room.glob(f"{place}.*"):
            action = ""
            with contextlib.suppress(FileNotFoundError):
                action = trap.read_text()
                trap.unlink()
            if action:
                (room / f"caught.{os.getpid()}").touch()
                os.kill(os.getpid(), signal.SIGSTOP if action == "stop" else signal.SIGKILL)
                break
        return call(*args, **kwargs)

    return first_look


def _is_marketing(ready: Any) -> bool:
    return any(one.row.message.is_marketing for one in ready)


def _logged(call: Callable[..., bool], log: Path) -> Callable[..., bool]:
    @wraps(call)
    def take(*, name: str, slot: datetime) -> bool:
        taken = call(name=name, slot=slot)
        if taken:
            with open(log, "a") as lines:
                lines.write(f"{name} {slot:%Y-%m-%dT%H:%M:%S}\n")
        return taken

    return take


def _stepping(clock: Path) -> type[datetime]:
    class Stepping(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            ahead = 0.0
            with contextlib.suppress(FileNotFoundError):
                ahead = float(clock.read_text())
            return datetime.now(tz) + timedelta(seconds=ahead)

    return Stepping


def _poisoned(call: Callable[..., Any], is_poison: Callable[..., bool]) -> Callable[..., Any]:
    @wraps(call)
    def touch(*args: Any, **kwargs: Any) -> Any:
        if is_poison(**kwargs):
            os._exit(66)
        return call(*args, **kwargs)

    return touch


def _in_notice(*, notice: Any, **_: Any) -> bool:
    return POISON + b'"' in bytes(notice.body)


def _in_mail(*, context: Any, **_: Any) -> bool:
    return POISONED_TITLE in str(context)
