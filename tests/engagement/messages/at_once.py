"""Several deeds at one time, each with a database connection of its own."""

import threading
from collections.abc import Callable

from django.db import connection


def at_once(*deeds: Callable[[], object], seconds: float = 20) -> None:
    """Run each in a thread with a connection of its own; errors come out here."""
    errors: list[BaseException] = []

    def run(deed: Callable[[], object]) -> None:
        try:
            deed()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds)
    assert not errors
    assert not any(thread.is_alive() for thread in threads)
