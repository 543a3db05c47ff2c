"""Upgrading while shops are served: a migration never makes anybody wait for long."""

import io

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core.stores.models import Store
from engagement.management.commands import migrate

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
APP = "engagement_messages"


class Busy:
    """Somebody else's transaction that holds the outbox against changes of its shape."""

    def __init__(self) -> None:
        self.rival = psycopg2.connect(**connection.get_connection_params())
        self.rival.cursor().execute(f"LOCK TABLE {APP}_outbox IN SHARE UPDATE EXCLUSIVE MODE")

    def leave(self) -> None:
        self.rival.close()


class Words(io.StringIO):
    """What the command tells; the rival goes home when it hears of it."""

    def __init__(self, busy: Busy) -> None:
        super().__init__()
        self.busy = busy

    def write(self, text: str) -> int:
        if "Trying again" in text:
            self.busy.leave()
        return super().write(text)


def applied() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM django_migrations WHERE app = %s", [APP])
        return {name for (name,) in cursor.fetchall()}


@pytest.fixture
def one_step_back(monkeypatch):
    monkeypatch.setattr(migrate, "LOCK_TIMEOUT", "100ms")
    monkeypatch.setattr(migrate, "PAUSE_SECONDS", 0)
    call_command("migrate", APP, "0004", verbosity=0)
    yield
    call_command("migrate", APP, verbosity=0)


def test_a_table_in_use_is_left_alone_and_tried_again(one_step_back):
    busy = Busy()
    words = Words(busy)
    call_command("migrate", APP, verbosity=0, stderr=words)
    assert words.getvalue().count("Trying again") == 1
    assert "0005_outbox_vacuum" in applied()


def test_it_gives_up_in_words_and_leaves_nothing_half_done(one_step_back):
    busy = Busy()
    with pytest.raises(CommandError, match="too busy to change it"):
        call_command("migrate", APP, verbosity=0, lock_tries=2, stderr=io.StringIO())
    assert "0005_outbox_vacuum" not in applied()
    busy.leave()


def test_the_limits_of_requests_hold_again_afterwards(one_step_back):
    call_command("migrate", APP, verbosity=0)
    assert not Store.objects.exists()  # a fresh connection
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("15s",)
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)
