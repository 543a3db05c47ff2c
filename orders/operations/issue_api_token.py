"""Make a bearer token of the REST API. It is shown once and kept as a hash."""

from datetime import datetime

from core.secrets import hash_token, new_token
from core.stores.models import Store
from orders.models import ApiToken

SCOPES = {"events:write": "send orders, parcels, products and people"}
PREFIX = "agl_"  # so that secret scanners know one when they see it


class UnknownScope(Exception):
    """No such scope; the message names those there are."""


def issue_api_token(
    *, store: Store, name: str, scopes: list[str], now: datetime
) -> tuple[ApiToken, str]:
    """The row, and the token itself for its only showing. Runs in the store's scope."""
    for scope in scopes:
        if scope not in SCOPES:
            raise UnknownScope(f"“{scope}” is no scope; there are {', '.join(SCOPES)}.")
    token = PREFIX + new_token()
    row = ApiToken.objects.create(
        store=store,
        name=name[:120],
        token_hash=hash_token(token),
        scopes=sorted(set(scopes)),
        created_at=now,
    )
    return row, token
