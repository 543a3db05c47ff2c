"""Let Python look for garbage rarely while the demo's year is lived through."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

ALLOCATIONS = 200_000


@contextmanager
def rare_collections() -> Iterator[None]:
    """Collect every 200,000 allocations instead of every 700, then as before.

    Building queries allocates and drops at once, which reference counting sees to; the searches for
    cycles in between took a tenth of the time and found little.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(ALLOCATIONS, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
