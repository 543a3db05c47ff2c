"""Delete sessions that are over and requests that nobody can use any more."""

from datetime import datetime, timedelta

from engagement.portal.models import LoginRequest, PortalSession

KEPT = timedelta(hours=1)  # so that an old link can still say that it is too old


def forget_logins(*, now: datetime) -> int:
    """Of every store; how many rows went."""
    sessions, _ = PortalSession.objects.filter(ends_at__lt=now).delete()
    requests, _ = LoginRequest.objects.filter(expires_at__lt=now - KEPT).delete()
    return sessions + requests
