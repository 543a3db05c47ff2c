"""Sending accounts whose provider reports back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.secrets import encrypt, hash_token, new_token
from core.stores.models import Store
from core.stores.scope import store_scope
from engagement.messages.models import ProviderAccount


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account and the secret of its webhook, which the row itself keeps sealed."""

    account: ProviderAccount
    hook_secret: str


def an_account(
    *, store: Store, backend: str, options: Mapping[str, Any] | None = None, **columns: Any
) -> KnownAccount:
    """The account that `store` sends through from now on."""
    secret = new_token()
    with store_scope(store.pk):
        ProviderAccount.objects.filter(is_default=True).update(is_default=False)
        account = ProviderAccount.objects.create(
            store=store,
            name=columns.pop("name", "The provider"),
            backend=backend,
            settings_sealed=encrypt(json.dumps(dict(options or {}))),
            hook_hash=hash_token(secret),
            hook_sealed=encrypt(secret),
            **columns,
        )
    return KnownAccount(account=account, hook_secret=secret)
