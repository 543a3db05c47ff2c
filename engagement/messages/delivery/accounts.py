"""Which account a store sends through, and the connection to it."""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from core.secrets import decrypt, encrypt, hash_token, new_token
from core.stores.models import Store
from engagement.messages.delivery.dkim import Signer
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

    @property
    def connections(self) -> int:
        """How many connections one worker may keep open. Our own mailboxes have one."""
        return 1 if self.backend in UNMETERED else max(1, self.account.connections)

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
        options["signer"] = signer_of(account)
    return Sender(account=account, backend=backend, options=options)


def signer_of(account: ProviderAccount) -> Signer | None:
    """Who signs the account's mails, where we do. Raises `core.secrets.CredentialsUnreadable`."""
    if not account.dkim_key_sealed:
        return None
    return Signer(
        domain=account.dkim_domain,
        selector=account.dkim_selector,
        pem=decrypt(account.dkim_key_sealed),
    )


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


def hook_url(*, account: ProviderAccount) -> str:
    """The address to enter at the provider, so that it reports deliveries, bounces, complaints.

    Empty for plain SMTP, which reports nothing. Raises `core.secrets.CredentialsUnreadable`.
    """
    backend = account.backend or settings.EMAIL_BACKEND
    if not backend.startswith("anymail.backends."):
        return ""
    provider = backend.split(".")[2]
    return f"{settings.SITE_URL}/hooks/mail/{provider}/{decrypt(account.hook_sealed)}/"
