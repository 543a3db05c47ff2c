"""An account that fails rests for a while, so that mails keep their tries and others their turn."""

from datetime import datetime, timedelta

import structlog
from django.db.models import F

from engagement.messages.limits import Limits
from engagement.messages.models import ProviderAccount
from engagement.messages.policies import breaker_pause

log = structlog.get_logger(__name__)


def note_success(account: ProviderAccount) -> None:
    """The provider answers: forget what went wrong before. A pause that somebody else has just
    begun is left to run out."""
    if account.failures_running or account.breaker_seconds:
        account.failures_running = account.breaker_seconds = 0
        ProviderAccount.objects.filter(pk=account.pk).update(failures_running=0, breaker_seconds=0)


def note_failure(
    account: ProviderAccount, *, why: str, machine_now: datetime, limits: Limits
) -> bool:
    """One more failure in a row; true when that opened the breaker."""
    ProviderAccount.objects.filter(pk=account.pk).update(failures_running=F("failures_running") + 1)
    account.refresh_from_db(fields=["failures_running", "breaker_seconds"])
    if account.failures_running < limits.breaker_after_failures:
        return False
    pause_account(account, why=why, machine_now=machine_now, limits=limits)
    return True


def pause_account(
    account: ProviderAccount,
    *,
    why: str,
    machine_now: datetime,
    limits: Limits,
    seconds: int | None = None,
) -> None:
    """Open the breaker: twice as long as last time, or exactly as long as the provider asked."""
    pause = (
        timedelta(seconds=seconds)
        if seconds is not None
        else breaker_pause(last_seconds=account.breaker_seconds, limits=limits)
    )
    account.paused_until = machine_now + pause
    account.pause_reason = why[:200]
    if seconds is None:
        account.breaker_seconds = int(pause.total_seconds())
    account.save(update_fields=["paused_until", "pause_reason", "breaker_seconds"])
    log.warning("account_paused", account_id=account.pk, seconds=pause.total_seconds(), why=why)
