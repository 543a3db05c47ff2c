"""Which account a store sends through, and the connection to it."""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from core.secrets import decrypt, encrypt, hash_token, new_token
from core.stores.models import Store
from engagement.messages.models import ProviderAccount

LOCAL_MAILBOX = "engagement.messages.localbox.backend.EmailBackend"
STAGED_SMTP = "engagement.messages.delivery.smtp.EmailBackend"
DJANGO_SMTP = "django.core.mail.backends.smtp.EmailBackend"
# What leaves no machine needs no rate, and one crash there can be looked up.
UNMETERED = {
    LOCAL_MAILBOX,
    "django.core.mail.backends.locmem.EmailBackend",
    "django.core.mail.backends.dummy.EmailBackend",
    "django.core.mail.backends.console.EmailBackend",
    "django.core.mail.backends.filebased.EmailBackend",
}
UNMETERED_MARK_BATCH = 50
FROM_ENVIRONMENT = "As the environment says"


@dataclass(frozen=True, slots=True)
class Sender:
    """An account with everything that a batch needs to know of it."""

    account: ProviderAccount
    backend: str
    options: dict[str, Any]

    @property
    def is_metered(self) -> bool:
        return self.backend not in UNMETERED and self.account.rate_per_second > 0

    @property
    def mark_batch(self) -> int:
        """How many mails one crash may leave uncertain."""
        if self.backend in UNMETERED:
            return UNMETERED_MARK_BATCH
        return max(1, self.account.mark_batch)

    def connect(self) -> BaseEmailBackend:
        """A connection object, not yet opened."""
        return get_connection(self.backend, **self.options)


def sender_for(*, store: Store) -> Sender:
    """How `store` sends. Inside the store's scope.

    A demo store sends into the local mailbox whatever anybody configured: its clock may be moved
    and its customers do not exist. Raises `core.secrets.CredentialsUnreadable`.
    """
    account = account_of(store=store)
    if store.is_demo:
        return Sender(account=account, backend=LOCAL_MAILBOX, options={})
    backend = account.backend or settings.EMAIL_BACKEND
    options: dict[str, Any] = json.loads(decrypt(account.settings_sealed) or "{}")
    if backend == DJANGO_SMTP:
        backend = STAGED_SMTP
        options.setdefault("timeout", settings.EMAIL_TIMEOUT)
    return Sender(account=account, backend=backend, options=options)


def account_of(*, store: Store) -> ProviderAccount:
    """The store's default account; made on first use where the environment says how to send.

    The row gives rate, breaker and webhook secret a home even where nobody configured an account.
    """
    hook = new_token()
    account, _ = ProviderAccount.objects.get_or_create(
        store_id=store.pk,
        is_default=True,
        defaults={
            "name": FROM_ENVIRONMENT,
            "hook_hash": hash_token(hook),
            "hook_sealed": encrypt(hook),
        },
    )
    return account
