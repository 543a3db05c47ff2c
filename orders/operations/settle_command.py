"""Write down how a command ended."""

from datetime import datetime

from core.clock import real_now
from orders.connectors.connector import Outcome
from orders.models import Order, PlatformCommand
from orders.operations.follow_payback import follow_payback
from orders.operations.settle_change import follow_command

Status = PlatformCommand.Status
ENDS = {"done": Status.DONE, "refused": Status.REFUSED, "later": Status.DEAD, "gone": Status.DEAD}


def settle_command(
    *, command: PlatformCommand, order: Order | None, outcome: Outcome, now: datetime
) -> None:
    """End it as `outcome` says. Inside a transaction that has locked its order and the command."""
    command.status = ENDS[outcome.verdict]
    command.error = outcome.words[:500] if outcome.verdict != "done" else ""
    command.answer = dict(outcome.answer)
    command.token, command.lease_until = "", None
    command.settled_at = real_now()
    command.save(update_fields=["status", "error", "answer", "token", "lease_until", "settled_at"])
    if order is not None:
        came_too_late = outcome.answer.get("because") == "sent"
        follow_command(command=command, came_too_late=came_too_late, now=now)
        follow_payback(command=command, order=order, now=now)
