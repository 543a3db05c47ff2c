"""Promised mails. Call inside nothing: the scope is the store's own."""

from datetime import timedelta
from itertools import count
from typing import Any

from core.clock import now as store_now
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.messages.models import Lane, Message
from engagement.messages.operations.plan_messages import Promise, plan_messages
from orders.models import Customer

_numbers = count(1)


def promise(*, store: Store, marketing: bool = False, **overrides: Any) -> Promise:
    """A promise due a minute ago for a mail that our fake rules let go."""
    number = next(_numbers)
    now = store_now(store)
    values: dict[str, Any] = {
        "customer_id": None,
        "order_id": None,
        "flow": "review_request" if marketing else "order_confirmation",
        "step": "mail",
        "subject": f"order:{number}",
        "message_class": Message.Class.MARKETING if marketing else Message.Class.TRANSACTIONAL,
        "template": "order_confirmation",
        "anchor_at": now - timedelta(minutes=2),
        "due_at": now - timedelta(minutes=1),
        "expires_at": now + timedelta(days=2),
        "lane": Lane.MARKETING if marketing else Lane.TRANSACTIONAL,
    }
    return Promise(**{**values, **overrides})


def planned(
    *, store: Store, customer: Customer | None = None, marketing: bool = False, **overrides: Any
) -> Message:
    """One planned message, already due."""
    if customer is not None:
        overrides.setdefault("customer_id", customer.pk)
    one = promise(store=store, marketing=marketing, **overrides)
    with store_scope(store.pk):
        return plan_messages(store_id=store.pk, promises=[one], now=store_now(store))[0]
