"""What came of it: counts of one shop, read from the database."""

from django.db.models import Count

from core.events.models import PendingReaction
from core.stores.scope import store_scope
from engagement.demo.seed import SeededShop
from engagement.messages.models import Message
from orders.models import Customer, InboundNotice, Order


def told_of(seeded: SeededShop) -> str:
    """A few lines for people."""
    with store_scope(seeded.store.pk):
        notices = _by_status(InboundNotice)
        messages = _by_status(Message)
        dead = PendingReaction.objects.filter(status=PendingReaction.Status.DEAD).count()
        failing = PendingReaction.objects.filter(
            status=PendingReaction.Status.PENDING, attempts__gt=0
        ).count()
        lines = [
            f"{seeded.store.name} ({seeded.store.slug})",
            f"  customers   {Customer.objects.count()}",
            f"  orders      {Order.objects.count()}",
            f"  news in     {_spelled(notices)}",
            f"  mails       {_spelled(messages)}",
        ]
        if dead or failing:
            lines.append(f"  reactions   {dead} given up, {failing} failing")
    return "\n".join(lines)


def _by_status(model: type[InboundNotice] | type[Message]) -> dict[str, int]:
    rows = model.objects.values("status").annotate(n=Count("pk")).order_by("status")
    return {row["status"]: row["n"] for row in rows}


def _spelled(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {status}" for status, number in counts.items()) or "none"
