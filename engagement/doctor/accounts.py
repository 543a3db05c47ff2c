"""Sending accounts that rest, and stores that hold."""

from datetime import datetime

from engagement.doctor.finding import Finding
from engagement.figures import figures


def examine(*, now: datetime) -> list[Finding]:
    """Breakers that are open and brakes that are on."""
    seen = figures(now=now)
    findings = [
        Finding(
            "warn",
            "account",
            f"{name} rests after failures.",
            "It is tried again by itself; check its credentials and the provider's status page.",
        )
        for name in seen.paused_accounts
    ]
    findings += [
        Finding(
            "warn",
            "store",
            f"{slug}: sending is held.",
            f"Release it with `manage.py engine release --store {slug}`.",
        )
        for slug in seen.held_stores
    ]
    findings += [
        Finding(
            "fail",
            "store",
            f"{slug}: too many complaints or bounces; the breaker is open ({state}).",
            "Find out which mails and addresses it were, then release it under Sending domain in "
            "the dashboard.",
        )
        for slug, state in seen.distrusted.items()
    ]
    return findings
