"""Somebody without an account declares that they withdraw. Known or not, the same happens (A4)."""

from datetime import datetime

from django.db import transaction

from core.events.spine import record
from orders.models import WithdrawalStatement
from orders.return_events import WithdrawalStated


def state_withdrawal(
    *, store_id: int, name: str, order_number: str, email: str, once: str, now: datetime
) -> WithdrawalStatement:
    """Keep the declaration and have it looked into after the answer. Inside the store's scope.

    The same form (`once`) sent twice is one declaration. `now` is the store's time: the moment that
    the receipt tells.
    """
    with transaction.atomic():
        stated, is_new = WithdrawalStatement.objects.get_or_create(
            store_id=store_id,
            once=once,
            defaults={
                "name": name.strip()[:200],
                "order_number": order_number.strip()[:64],
                "email": email.strip()[:254],
                "stated_at": now,
            },
        )
        if is_new:
            record(
                news=WithdrawalStated(statement_id=stated.pk),
                store_id=store_id,
                subject=f"withdrawal_statement:{stated.pk}",
                key=stated.public_id.hex,
                occurred_at=now,
                origin="live",
                now=now,
            )
    return stated
