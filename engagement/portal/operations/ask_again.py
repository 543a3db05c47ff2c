"""Ask a customer who is in, or who opened an order's link, to prove once more whose mailbox they read."""

from datetime import datetime

from django.db import transaction

from core.clock import real_now
from core.secrets import hash_token
from core.stores.models import Store
from engagement.portal.models import LoginRequest
from engagement.portal.models.login_request import LASTS
from engagement.portal.operations.ask_for_login import count_request
from engagement.portal.operations.find_asker import have_it_mailed
from orders.models import Customer


def ask_again(
    *, store: Store, customer: Customer, browser: str, network: str, now: datetime
) -> LoginRequest:
    """Mail the customer a new link and code. Raises `TooManyRequests`. Inside the store's scope."""
    machine = real_now()
    email = (customer.email or "").lower()
    count_request(store=store, email=email, network=network, now=machine)
    with transaction.atomic():
        asked = LoginRequest.objects.create(
            store=store,
            order_number="",
            email=email,
            browser_hash=hash_token(browser),
            customer=customer,
            created_at=machine,
            expires_at=machine + LASTS,
        )
        have_it_mailed(asked=asked, origin="live", now=now)
    return asked
