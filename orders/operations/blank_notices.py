"""Forget the bodies of old notices: they hold people's data. Their hashes stay against repeats."""

from datetime import datetime, timedelta

from orders.models import InboundNotice

KEEP_BODY = timedelta(days=30)


def blank_notices(*, store_id: int, now: datetime, limit: int = 1000) -> int:
    """Blank up to `limit` bodies received more than 30 days before `now` (the store's time).

    Rows and hashes stay, well over the 90 days that the replay guard looks back. Runs in the
    store's scope; returns how many were blanked.
    """
    ids = list(
        InboundNotice.objects.filter(
            store_id=store_id, received_at__lt=now - KEEP_BODY, body_blanked_at__isnull=True
        )
        .exclude(status=InboundNotice.Status.WAITING)
        .values_list("pk", flat=True)[:limit]
    )
    return InboundNotice.objects.filter(pk__in=ids).update(
        body=b"", headers={}, body_blanked_at=now
    )
