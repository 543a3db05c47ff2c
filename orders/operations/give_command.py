"""Have something done in the shop's own system, once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from core.clock import real_now
from core.wake import wake_on_commit
from orders.connectors.connectors import CONNECTORS
from orders.models import Order, Payback, PlatformCommand, PlatformConnection

LANE = "commands"


def connection_for(*, order: Order, kind: str) -> PlatformConnection | None:
    """The connection that can do `kind` for this order: its own platform's, else the shop's own
    system; None where a person has to. Inside the store's scope."""
    for platform in (order.source, PlatformConnection.Platform.WEBHOOK):
        if platform in CONNECTORS and kind in CONNECTORS[platform].can:
            found = _active().filter(platform=platform).first()
            if found is not None:
                return found
    return None


def give_command(
    *,
    connection: PlatformConnection,
    kind: str,
    payload: Mapping[str, Any],
    key: str,
    order: Order | None,
    now: datetime,
) -> PlatformCommand:
    """The command of this `key`, written down where there was none. Nothing is called yet.

    Inside the store's scope and the transaction of what it follows from. `payload` is plain data
    with amounts in minor units. `now` is the store's time.
    """
    fresh = PlatformCommand(
        store_id=connection.store_id,
        connection=connection,
        order=order,
        kind=kind,
        payload=dict(payload),
        key=key,
        due_at=real_now(),
        created_at=now,
    )
    if PlatformCommand.objects.insert_new([fresh]):
        wake_on_commit(LANE)
        return fresh
    return PlatformCommand.objects.get(key=key)


def tell_own_system(
    *, event: str, data: Mapping[str, Any], key: str, order: Order | None, now: datetime
) -> PlatformCommand | None:
    """A message about `event` to the shop's own system; None where none is connected."""
    connection = _active().filter(platform=PlatformConnection.Platform.WEBHOOK).first()
    if connection is None:
        return None
    return give_command(
        connection=connection,
        kind=PlatformCommand.Kind.TELL,
        payload={"event": event, **data},
        key=key,
        order=order,
        now=now,
    )


def retry_command(*, command: PlatformCommand) -> bool:
    """Try a command again that was refused or given up; False where it stands otherwise by now."""
    ended = (PlatformCommand.Status.REFUSED, PlatformCommand.Status.DEAD)
    rows = PlatformCommand.objects.filter(pk=command.pk, status__in=ended)
    if rows.filter(payback__status=Payback.Status.FAILED).exists():
        return False  # it counts no more: its money may have been given in another way
    moved = rows.update(
        status=PlatformCommand.Status.WAITING,
        due_at=real_now(),
        claims=0,
        attempts=1,  # an earlier try may have arrived: connectors look first
        settled_at=None,
    )
    if moved:
        wake_on_commit(LANE)
    return bool(moved)


def _active() -> QuerySet[PlatformConnection]:
    return PlatformConnection.objects.filter(is_active=True).order_by("pk")
