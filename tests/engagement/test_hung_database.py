"""Who waits for a database that hangs is let go, and whoever only works long is left alone."""

import threading
import time

import pytest
from django.db import OperationalError, connection, connections

from engagement.hung_database import Watchdog


class Waiting(threading.Thread):
    """A web thread in the middle of a request: its statement, watched by `dog`."""

    def __init__(self, dog: Watchdog, statement: str) -> None:
        super().__init__()
        self.dog, self.statement = dog, statement
        self.connected = threading.Event()
        self.error: Exception | None = None

    def run(self) -> None:
        connection.ensure_connection()
        self.dog.on_connection(connection=connections["default"])
        self.connected.set()
        try:
            with connection.cursor() as cursor:
                cursor.execute(self.statement)
        except OperationalError as error:
            self.error = error
        finally:
            connection.close()


@pytest.fixture
def quiet_dog(monkeypatch) -> Watchdog:
    """One that looks only when the test says so."""
    monkeypatch.setattr(Watchdog, "_look_on", lambda self: None)
    return Watchdog(most_looks=3)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_request_that_waits_too_long_gets_the_error_of_a_lost_connection(quiet_dog):
    thread = Waiting(quiet_dog, "SELECT pg_sleep(14)")
    thread.start()
    assert thread.connected.wait(10)
    ends = time.monotonic() + 10
    while not quiet_dog.look():
        assert time.monotonic() < ends, "it was never cut"
        time.sleep(0.05)
    thread.join(5)
    assert not thread.is_alive()
    assert isinstance(thread.error, OperationalError)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_waits_for_nobody_is_left_alone(quiet_dog):
    thread = Waiting(quiet_dog, "SELECT 1")
    thread.start()
    thread.join(10)
    connection.ensure_connection()
    quiet_dog.on_connection(connection=connections["default"])
    assert [quiet_dog.look() for _ in range(10)] == [0] * 10
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
