"""How many mails an account may still take now: one token bucket per account, in the database."""

from datetime import datetime, timedelta

from django.db import transaction

from engagement.messages.limits import Limits
from engagement.messages.models import ProviderAccount, RateBucket

CLOCKS_AGREE = timedelta(minutes=2)
"""Workers under NTP lie closer together; a bucket filled further ahead than that was filled before
the clock was put back."""


def tokens(
    *, account: ProviderAccount, want: int, machine_now: datetime, limits: Limits
) -> tuple[int, RateBucket]:
    """(mails allowed now, at most `want`; the locked bucket). Spend with `spend` in the same
    transaction, which is how two workers cannot spend the same token."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("tokens() belongs inside the transaction that claims.")
    rate = account.rate_per_second
    most = max(1.0, rate * limits.rate_burst_seconds)
    RateBucket.objects.get_or_create(
        account=account, defaults={"tokens": most, "refilled_at": machine_now}
    )
    bucket = RateBucket.objects.select_for_update().get(account=account)
    if bucket.refilled_at > machine_now + CLOCKS_AGREE:
        # Or nothing would trickle in until the clock is there again.
        bucket.refilled_at = machine_now
    passed = max(0.0, (machine_now - bucket.refilled_at).total_seconds())
    bucket.tokens = min(most, bucket.tokens + passed * rate)
    bucket.refilled_at = max(machine_now, bucket.refilled_at)
    share = max(1, int(rate * limits.lease.total_seconds() / 2))
    return min(want, int(bucket.tokens), share), bucket


def spend(*, bucket: RateBucket, used: int) -> None:
    """Take `used` tokens out of the bucket."""
    bucket.tokens -= used
    bucket.save(update_fields=["tokens", "refilled_at"])
