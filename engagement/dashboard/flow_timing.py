"""When the steps of a flow go, as a line a step: ``reminder: 7 days at 10:00``. Pure."""

import re
from dataclasses import replace

from engagement.flows.definition import BadDefinition, Definition, Step, Wait

_days = re.compile(r"(\d+) days? at (\d{1,2}:\d{2})")
_hours = re.compile(r"(\d+(?:\.\d+)?) hours?")
_setting = re.compile(r"as set at (\d{1,2}:\d{2})")
HELP = "Write: 7 days at 10:00, 24 hours, or at once."


def write_timing(flow: Definition) -> str:
    """One line a step. Days that come from store, category or product read ``as set at 10:00``."""
    return "\n".join(f"{step.key}: {_words(step.wait)}" for step in flow.steps)


def _words(wait: Wait) -> str:
    if wait.setting:
        return f"as set at {wait.at}"
    if wait.days is not None:
        return f"{wait.days} days at {wait.at}"
    return f"{wait.hours:g} hours" if wait.hours else "at once"


def read_timing(text: str, flow: Definition) -> Definition:
    """`flow` with the waits of the lines; steps without a line stay. Raises `BadDefinition`."""
    waits: dict[str, Wait] = {}
    for line in filter(None, (raw.strip() for raw in text.splitlines())):
        key, colon, words = (part.strip() for part in line.partition(":"))
        step = flow.step(key)
        if not colon or step is None:
            known = ", ".join(one.key for one in flow.steps)
            raise BadDefinition(f"“{line}” names no step. This flow has: {known}.")
        waits[key] = _wait(words, step)
    steps = tuple(replace(step, wait=waits.get(step.key, step.wait)) for step in flow.steps)
    return replace(flow, steps=steps)


def _wait(words: str, step: Step) -> Wait:
    if words == "at once":
        return Wait()
    if found := _hours.fullmatch(words):
        return Wait(hours=float(found[1]))
    if found := _days.fullmatch(words):
        return Wait(days=int(found[1]), at=found[2].zfill(5))
    if step.wait.setting and (found := _setting.fullmatch(words)):
        return Wait(setting=step.wait.setting, at=found[1].zfill(5))
    raise BadDefinition(f"“{words}” cannot be read for {step.key}. {HELP}")
