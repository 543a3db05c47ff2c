"""Writing down who did what."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.audit.models import AuditEntry


def write_down(
    *,
    store_id: int,
    actor: str,
    action: str,
    subject: str = "",
    detail: Mapping[str, Any] | None = None,
    now: datetime,
) -> AuditEntry:
    """Add one entry to the store's audit log, inside the scope of that store.

    `actor` is a user's e-mail or a command's name, `action` a dotted deed (``message.cancel``),
    `subject` ``kind:id``. `detail` is plain data without secrets and without customers' data.
    """
    return AuditEntry.objects.create(
        store_id=store_id,
        actor=actor[:160],
        action=action[:64],
        subject=subject[:64],
        detail=dict(detail or {}),
        happened_at=now,
    )
