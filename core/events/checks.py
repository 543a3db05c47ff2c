"""System checks: an event without a wiring line, or a reaction asking for what no event carries."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register

from core.events.wiring import declared_events, name_of, wiring


@register("wiring")
def check_wiring(app_configs: Any, **kwargs: Any) -> list[Error]:
    try:
        lines = wiring()
    except ImportError as error:
        return [Error(f"{settings.EVENT_WIRING} cannot be read: {error}", id="events.E001")]
    declared = declared_events()
    found = [
        Error(f"The event {name} has no line in the wiring.", id="events.E002")
        for name in sorted(declared.keys() - lines.keys())
    ]
    found += [
        Error(f"The wiring names {name}, which no events.py declares.", id="events.E003")
        for name in sorted(lines.keys() - declared.keys())
    ]
    for event_name, reactions in lines.items():
        for react in reactions:
            if not hasattr(react, "needs"):
                found.append(
                    Error(f"{name_of(react)} is wired but is no @reaction.", id="events.E004")
                )
                continue
            missing = react.needs - declared.get(event_name, frozenset())
            if missing:
                found.append(
                    Error(
                        f"{name_of(react)} needs {', '.join(sorted(missing))}, which "
                        f"{event_name} does not carry.",
                        id="events.E005",
                    )
                )
    return found
