"""Reading the wiring page: which reactions follow which event."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar

from django.conf import settings
from django.utils.module_loading import import_string

from core.events.event import Origin

Reaction = Callable[..., None]


def reaction(*, needs: Sequence[str] = (), imports: bool = False) -> Callable[[Reaction], Reaction]:
    """Mark a function as a reaction and name the payload keys that it reads.

    Imported history (origin ``import``) passes it by unless `imports` says that it wants that too.

    A reaction is called as ``react(event=Event, now=datetime)`` inside a transaction and the
    store's scope. It does database work only, and bears being told late, twice or out of order.
    """

    def mark(function: Reaction) -> Reaction:
        function.needs = frozenset(needs)  # type: ignore[attr-defined]
        function.imports = imports  # type: ignore[attr-defined]
        return function

    return mark


def name_of(function: Reaction) -> str:
    """The dotted name a pending row keeps."""
    return f"{function.__module__}.{function.__qualname__}"


def wiring() -> Mapping[str, Sequence[Reaction]]:
    """The wiring page named by ``settings.EVENT_WIRING``."""
    return import_string(settings.EVENT_WIRING)


@lru_cache(maxsize=1)
def reactions_by_name() -> dict[str, Reaction]:
    """Every wired reaction by its dotted name."""
    return {name_of(react): react for line in wiring().values() for react in line}


def reactions_to(event_name: str, *, origin: Origin) -> list[str]:
    """Dotted names of what follows this event. Raises KeyError for an event without a line."""
    return [
        name_of(react)
        for react in wiring()[event_name]
        if origin != "import" or getattr(react, "imports", False)
    ]


def declared_events() -> dict[str, frozenset[str]]:
    """Every event class declared in a room's ``events.py``: its name and the keys it carries."""
    return {cls.name: cls.payload_keys() for cls in News.registry}


class News:
    """Base of a room's event classes: frozen dataclasses with a dotted past ``name``."""

    name: ClassVar[str] = ""
    registry: ClassVar[list[type["News"]]] = []

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        News.registry.append(cls)

    @classmethod
    def payload_keys(cls) -> frozenset[str]:
        """The keys its payload carries: the annotations of the class."""
        return frozenset(key for key in cls.__annotations__ if key != "name")
