"""The doctor: is this installation set up, and is it well? One check a file, listed here."""

from collections.abc import Callable
from datetime import datetime

from engagement.doctor import (
    accounts,
    broker,
    database,
    disk,
    domain,
    engine,
    ledgers,
    mail,
    mail_texts,
    queues,
    setup,
    stores,
)
from engagement.doctor.finding import Finding

CHECKS: tuple[Callable[..., list[Finding]], ...] = (
    setup.examine,
    database.examine,
    disk.examine,
    broker.examine,
    mail.examine,
    domain.examine,
    engine.examine,
    queues.examine,
    ledgers.examine,
    accounts.examine,
    stores.examine,
    mail_texts.examine,
)


def examine(*, now: datetime) -> list[Finding]:
    """Every check's findings at `now`. A check that breaks is itself a finding, never a traceback."""
    findings: list[Finding] = []
    for check in CHECKS:
        try:
            findings += check(now=now)
        except Exception as error:
            findings.append(
                Finding(
                    "fail",
                    check.__module__.rsplit(".", 1)[-1],
                    f"The check itself broke ({type(error).__name__}: {error}).",
                    "Mend what stands above first; if nothing does, this is a bug to report.",
                )
            )
    return findings
