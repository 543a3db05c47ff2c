"""The engine's times and counts. Machine time, never a store's; a test hands its own `Limits`."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Every constant of the engine. Defaults are those of `research/engine.md` §3.3–3.9."""

    lease: timedelta = timedelta(seconds=40)
    """How long a claim, and then a mark, is one worker's own."""
    provider_timeout: timedelta = timedelta(seconds=15)
    """The longest one hand-over may take; a batch stops when its lease has less left."""
    suspect_claims: int = 3
    """Claimed so often without a mark, a message is handled alone; once more, and it has failed."""
    most_deferrals: int = 5
    most_attempts: int = 8
    first_backoff: timedelta = timedelta(seconds=30)
    longest_backoff: timedelta = timedelta(hours=6)
    breaker_after_failures: int = 5
    breaker_first: timedelta = timedelta(seconds=60)
    breaker_longest: timedelta = timedelta(minutes=30)
    rate_burst_seconds: float = 5
    """Tokens saved up at most: as many as the dispatch tick is apart, so that a tick is no brake."""
    dedupe_age: timedelta = timedelta(hours=20)
    """Providers that drop a second hand-over of the same key remember it for 24 hours."""
    uncertain_age: timedelta = timedelta(minutes=30)
    """Longer than any client's timeout: by then nobody can still be handing it over."""
    step_failures: int = 5
    """So many mails of one step in a row could not be written: it is the step, not the order."""


def limits() -> Limits:
    """The limits of this installation: the defaults, with what ``ENGINE_LIMITS`` overrides."""
    return Limits(**getattr(settings, "ENGINE_LIMITS", {}))
