"""Work that is stuck, given up or unclear."""

from datetime import datetime

from engagement.doctor.finding import Finding
from engagement.figures import figures

LATE_SECONDS = 300


def examine(*, now: datetime) -> list[Finding]:
    """Ages and dead letters of every queue."""
    seen = figures(now=now)
    findings = []
    ages = {
        "notices": seen.notices_oldest,
        "reactions": seen.reactions_oldest,
        "commands": seen.commands_oldest,
        **{f"mails, {lane}": age for lane, age in seen.due_oldest.items()},
    }
    for name, age in ages.items():
        if age is not None and age > LATE_SECONDS:
            findings.append(
                Finding(
                    "warn",
                    name,
                    f"The oldest has waited {age / 60:.0f} minutes.",
                    "See `manage.py engine status`; is the engine running, is sending held?",
                )
            )
    if seen.notices_dead:
        findings.append(
            Finding(
                "warn",
                "notices",
                f"{seen.notices_dead} could not be read.",
                "Their reasons stand in the dashboard under Inbound notices; after mending: "
                "`manage.py replay --dead`.",
            )
        )
    if seen.reactions_dead:
        findings.append(
            Finding(
                "warn",
                "reactions",
                f"{seen.reactions_dead} were given up.",
                "See Events in the dashboard; “run again” once the cause is mended.",
            )
        )
    if seen.commands_dead:
        findings.append(
            Finding(
                "warn",
                "commands",
                f"{seen.commands_dead} could not be handed over to a shop's system.",
                "See Sent to your shop in the dashboard; “try again” once the cause is mended.",
            )
        )
    if seen.uncertain:
        findings.append(
            Finding(
                "warn",
                "mails",
                f"{seen.uncertain} may or may not have been delivered.",
                "They settle by the provider's news or after 30 minutes; Messages shows them.",
            )
        )
    return findings or [Finding("ok", "queues", "Nothing late, nothing given up.")]
