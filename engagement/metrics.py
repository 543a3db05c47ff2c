"""`/metrics` in Prometheus' text format: what to alert on."""

from collections.abc import Iterator

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
    seen = figures(now=real_now())
    gauges: list[tuple[str, str, str, float]] = [
        ("waiting", "Work that waits", 'queue="notices"', seen.notices_waiting),
        ("waiting", "", 'queue="reactions"', seen.reactions_waiting),
        *(("waiting", "", f'queue="mails_{lane}"', n) for lane, n in seen.due.items()),
        (
            "oldest_seconds",
            "Age of the oldest due work",
            'queue="notices"',
            seen.notices_oldest or 0,
        ),
        ("oldest_seconds", "", 'queue="reactions"', seen.reactions_oldest or 0),
        *(
            ("oldest_seconds", "", f'queue="mails_{lane}"', age or 0)
            for lane, age in seen.due_oldest.items()
        ),
        ("dead", "Work that was given up", 'queue="notices"', seen.notices_dead),
        ("dead", "", 'queue="reactions"', seen.reactions_dead),
        ("uncertain", "Mails that may or may not have been delivered", "", seen.uncertain),
        ("claimed", "Mails claimed by a worker", "", seen.claimed),
        ("handing", "Mails being handed over", "", seen.handing),
        ("accounts_paused", "Sending accounts at rest", "", len(seen.paused_accounts)),
        ("stores_held", "Stores whose sending is held", "", len(seen.held_stores)),
    ]
    for name, help_text, labels, value in gauges:
        full = f"afterglow_{name}"
        if help_text:
            yield f"# HELP {full} {help_text}"
            yield f"# TYPE {full} gauge"
        yield f"{full}{{{labels}}} {value:g}" if labels else f"{full} {value:g}"
