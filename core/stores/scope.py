"""Which store we are working for. Set once at the edge; a tenant's table refuses to be read without.

`ScopeError` (django-scopes) is raised by any query on a store's table outside these two doors.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django_scopes import get_scope, scope, scopes_disabled


@contextmanager
def store_scope(store_id: int) -> Iterator[None]:
    """Everything inside sees and writes rows of this store only."""
    with scope(store=store_id):
        yield


@contextmanager
def every_store() -> Iterator[None]:
    """For the machinery that serves all stores at once (claims, sweeps, roll-ups) and for nothing else."""
    with scopes_disabled():
        yield


def current_store_id() -> int | None:
    """The store in scope, or None where there is none or every store is open."""
    current = get_scope()
    if not current.get("_enabled", True):
        return None
    return current.get("store")
