"""Pure rules of the engine: how long to wait before the next try."""

from datetime import timedelta

from engagement.messages.limits import Limits


def backoff(*, attempts: int, chance: float, limits: Limits) -> timedelta:
    """min(6 h, 30 s · 2ⁿ) · U(0.5, 1.5) after `attempts` ≥ 1 tries, n = attempts - 1.

    `chance` in [0, 1) is the draw. Source: `research/engine.md` §3.6.
    """
    steps = max(0, attempts - 1)
    plain = min(limits.longest_backoff, limits.first_backoff * (2 ** min(steps, 20)))
    return plain * (0.5 + chance)


def breaker_pause(*, last_seconds: int, limits: Limits) -> timedelta:
    """How long a failing account rests: twice the last pause, from 60 s to 30 min."""
    if not last_seconds:
        return limits.breaker_first
    return min(limits.breaker_longest, timedelta(seconds=last_seconds) * 2)
