"""Set up the account through which a store sends."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils.module_loading import import_string

from core.secrets import decrypt, encrypt, hash_token, new_token
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.messages.models import ProviderAccount


class NoSuchBackend(Exception):
    """The dotted name is no e-mail backend."""


@dataclass(frozen=True, slots=True)
class NewAccount:
    """The account, and where its provider is to send its events."""

    account: ProviderAccount
    hook_secret: str = field(repr=False)
    hook_url: str = field(repr=False)


def add_account(
    *,
    store: Store,
    name: str,
    backend: str,
    options: Mapping[str, Any],
    rate_per_second: float = 50,
    mark_batch: int = 1,
    deduplicates: bool = False,
    default: bool = True,
) -> NewAccount:
    """Add a sending account and, with `default`, send through it from now on.

    `options` are the backend's keyword arguments (API key, host, password); they are kept
    encrypted. Raises `NoSuchBackend`, having changed nothing.
    """
    try:
        found = import_string(backend)
    except ImportError as error:
        raise NoSuchBackend(f"There is no e-mail backend “{backend}”.") from error
    if not (isinstance(found, type) and issubclass(found, BaseEmailBackend)):
        raise NoSuchBackend(f"“{backend}” is no e-mail backend.")
    hook = new_token()
    with store_scope(store.pk), transaction.atomic():
        if default:
            ProviderAccount.objects.filter(is_default=True).update(is_default=False)
        account = ProviderAccount.objects.create(
            store=store,
            name=name,
            backend=backend,
            settings_sealed=encrypt(json.dumps(dict(options))),
            hook_hash=hash_token(hook),
            hook_sealed=encrypt(hook),
            is_default=default,
            rate_per_second=rate_per_second,
            mark_batch=mark_batch,
            deduplicates=deduplicates,
        )
    return NewAccount(account=account, hook_secret=hook, hook_url=hook_url(account))


def hook_url(account: ProviderAccount) -> str:
    """The address to enter at the provider. Raises `core.secrets.CredentialsUnreadable`."""
    provider = "provider"
    if account.backend.startswith("anymail.backends."):
        provider = account.backend.split(".")[2]
    return f"{settings.SITE_URL}/hooks/mail/{provider}/{decrypt(account.hook_sealed)}/"
