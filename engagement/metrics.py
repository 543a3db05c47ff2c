"""`/metrics` in Prometheus' text format: what to alert on."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils.crypto import constant_time_compare

from core.clock import real_now
from engagement.figures import figures


def metrics(request: HttpRequest) -> HttpResponse:
    """The figures, for whoever knows the token (or asks from this machine when none is set)."""
    if not _may_read(request):
        return HttpResponseForbidden("Set METRICS_TOKEN and send it as a bearer token.\n")
    return HttpResponse(
        "\n".join(_lines()) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8"
    )


def _may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return constant_time_compare(sent, settings.METRICS_TOKEN)
    if settings.PRODUCTION:
        return False  # behind a proxy on this machine everybody seems to ask from here
    forwarded = "HTTP_X_FORWARDED_FOR" in request.META
    return not forwarded and request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"}


def _lines() -> Iterator[str]:
    now = real_now()
    seen = figures(now=now)
    ages = {
        "notices": seen.notices_oldest,
        "reactions": seen.reactions_oldest,
        "commands": seen.commands_oldest,
        **{f"mails_{lane}": age for lane, age in seen.due_oldest.items()},
    }
    waiting = {
        "notices": seen.notices_waiting,
        "reactions": seen.reactions_waiting,
        "commands": seen.commands_waiting,
        **{f"mails_{lane}": number for lane, number in seen.due.items()},
    }
    dead = {
        "notices": seen.notices_dead,
        "reactions": seen.reactions_dead,
        "commands": seen.commands_dead,
    }
    lately = {
        f'lane="{lane}",outcome="{outcome}"': number
        for outcome, lanes in (("taken", seen.taken_lately), ("handed", seen.handed_lately))
        for lane, number in lanes.items()
    }
    yield from _gauge("waiting", "Work that waits", _by("queue", waiting))
    yield from _gauge("oldest_seconds", "Age of the oldest due work", _by("queue", ages))
    yield from _gauge("mails_lately", "Mails of the last five minutes", lately)
    yield from _gauge("dead", "Work that was given up", _by("queue", dead))
    yield from _gauge("uncertain", "Mails that may or may not have arrived", {"": seen.uncertain})
    yield from _gauge("claimed", "Mails claimed by a worker", {"": seen.claimed})
    yield from _gauge("handing", "Mails being handed over", {"": seen.handing})
    yield from _gauge("accounts_paused", "Sending accounts at rest", {"": len(seen.resting)})
    yield from _gauge(
        "account_resting_seconds", "Until an account is tried again", _by("account", seen.resting)
    )
    yield from _gauge("stores_held", "Stores whose sending is held", {"": len(seen.held_stores)})
    distrusted = Counter(seen.distrusted.values())
    yield from _gauge(
        "domains_distrusted",
        "Stores whose breaker on complaints and bounces is open",
        _by("paused", {state: distrusted[state] for state in ("no_marketing", "stopped")}),
    )
    if seen.last_dispatch:
        age = (now - seen.last_dispatch).total_seconds()
        yield from _gauge("tick_age_seconds", "Since the dispatcher last ticked", {"": age})


def _by(label: str, values: Mapping[Any, float | None]) -> dict[str, float]:
    return {f'{label}="{name}"': value or 0 for name, value in values.items()}


def _gauge(name: str, meaning: str, values: Mapping[str, float]) -> Iterator[str]:
    """The lines of one metric: labels → value."""
    full = f"afterglow_{name}"
    yield f"# HELP {full} {meaning}"
    yield f"# TYPE {full} gauge"
    for labels, value in values.items():
        yield f"{full}{{{labels}}} {value:g}" if labels else f"{full} {value:g}"
