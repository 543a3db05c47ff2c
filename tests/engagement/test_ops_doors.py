"""What ops sees: engine, doctor, travel, health and metrics."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from core import clock
from core.stores.scope import every_store
from engagement.doctor import disk, stores
from engagement.flows.operations.install_flows import install_flows
from engagement.messages.models import Tick
from engagement.travel import LOCAL_MAILBOX, CannotTravel, guard
from orders.models import InboundNotice
from orders.operations.connect_source import connect_source


def answer(*args: str) -> dict:
    out = StringIO()
    call_command(*args, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_status_counts_what_waits(store, unscoped, now):
    InboundNotice.objects.create(
        store=store,
        source="generic",
        dedup_key="1",
        body_hash="x",
        body=b"{}",
        received_at=now,
        due_at=clock.real_now() - timedelta(minutes=10),
    )
    status = answer("engine", "status")
    assert status["notices_waiting"] == 1
    assert 599 <= status["notices_oldest"] <= 660
    assert status["due"] == {"transactional": 0, "marketing": 0}
    assert answer("engine", "status", "--store", store.slug)["notices_waiting"] == 1


def test_status_is_readable_for_people(store):
    out = StringIO()
    call_command("engine", "status", stdout=out)
    assert "notices waiting" in out.getvalue()


def test_hold_and_release_one_store(store, other_store):
    assert answer("engine", "hold", "--store", "lipa", "--reason", "stocktaking") == {"held": 1}
    store.refresh_from_db()
    other_store.refresh_from_db()
    assert (store.sending_held, store.sending_held_reason) == (True, "stocktaking")
    assert not other_store.sending_held
    assert answer("engine", "status")["held_stores"] == ["lipa"]
    assert answer("engine", "release") == {"released": 1}


def test_drain_and_tick_on_an_empty_house_do_nothing(store):
    with every_store():
        install_flows(store=store, now=clock.real_now())
    assert set(answer("engine", "drain").values()) == {0}
    answer("engine", "tick")  # the first one learns which rules of time zones hold
    assert set(answer("engine", "tick").values()) == {0}


def test_an_unknown_store_is_named_with_those_there_are(store):
    with pytest.raises(CommandError, match=r"no store “nope”.*lipa"):
        call_command("engine", "status", "--store", "nope")


def test_the_doctor_finds_what_is_missing_and_fails(db):
    out = StringIO()
    with pytest.raises(CommandError, match="checks failed"):
        call_command("doctor", "--json", stdout=out)
    findings = {(row["about"], row["mark"]) for row in json.loads(out.getvalue())}
    assert ("engine", "fail") in findings
    assert ("stores", "warn") in findings


def test_the_doctor_is_content_with_a_store_that_is_set_up(store, settings):
    settings.REDIS_URL = ""
    settings.EMAIL_BACKEND = LOCAL_MAILBOX
    with every_store():
        install_flows(store=store, now=clock.real_now())
    Tick.objects.create(name="dispatch", slot=clock.real_now(), taken_at=clock.real_now())
    out = StringIO()
    call_command("doctor", "--json", stdout=out)
    rows = json.loads(out.getvalue())
    assert not [row for row in rows if row["mark"] == "fail"]
    assert all(row["advice"] for row in rows if row["mark"] == "warn")


def test_only_demo_stores_with_the_local_mailbox_travel(store, settings):
    tomorrow = clock.real_now() + timedelta(days=1)
    with pytest.raises(CannotTravel, match="real shop"):
        guard(store=store, to=tomorrow)
    store.is_demo = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with pytest.raises(CannotTravel, match="leave this machine"):
        guard(store=store, to=tomorrow)
    settings.EMAIL_BACKEND = LOCAL_MAILBOX
    guard(store=store, to=tomorrow)
    with pytest.raises(CannotTravel, match="never goes back"):
        guard(store=store, to=clock.real_now() - timedelta(hours=1))


def test_timetravel_refuses_nonsense_in_words(store):
    with pytest.raises(CommandError, match="is no date"):
        call_command("timetravel", "--store", "lipa", "--to", "next week")
    with pytest.raises(CommandError, match="real shop"):
        call_command("timetravel", "--store", "lipa", "--to", "2031-01-01")


def test_health_answers_and_says_503_when_the_database_is_away(client, db, monkeypatch):
    assert client.get("/health/live").status_code == 200
    assert client.get("/health/ready").status_code == 200

    def away(*args: object, **kwargs: object) -> None:
        raise OperationalError("gone")

    with monkeypatch.context() as cut:
        cut.setattr("engagement.health.connection.cursor", away)
        refused = client.get("/health/ready")
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "5"
    assert refused.json()["status"] == 503


def test_metrics_need_the_token_or_this_machine(client, store, settings):
    page = client.get("/metrics")
    assert page.status_code == 200
    assert 'afterglow_oldest_seconds{queue="notices"} 0' in page.content.decode()
    assert client.get("/metrics", headers={"X-Forwarded-For": "1.2.3.4"}).status_code == 403
    settings.PRODUCTION = True
    assert client.get("/metrics").status_code == 403
    settings.METRICS_TOKEN = "a-long-token"
    assert client.get("/metrics").status_code == 403
    allowed = client.get("/metrics", headers={"Authorization": "Bearer a-long-token"})
    assert allowed.status_code == 200


def test_the_doctor_notices_a_shop_that_has_gone_silent(store, unscoped, now):
    connect_source(store=store, source="generic", now=clock.real_now())
    heard = clock.real_now() - timedelta(days=9)
    InboundNotice.objects.create(
        store=store,
        source="generic",
        dedup_key="1",
        body_hash="x",
        body=b"{}",
        received_at=heard,
        due_at=heard,
        status="applied",
    )
    found = [one.found for one in stores.examine(now=clock.real_now())]
    assert f"Nothing has come in since {heard:%Y-%m-%d}." in found


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/admin/", "/hooks/shopify/x/", "/api/v1/events"])
def test_a_cookie_with_a_nul_is_left_out(client, path):
    client.raise_request_exception = False
    odd = {"Cookie": 'sessionid="aaaaaaaaaaaaaaaa\\000"; django_language="\\000"'}
    assert client.get(path, headers=odd).status_code < 500


def test_a_database_that_goes_away_before_any_view_is_a_503_as_well(client, db, monkeypatch):
    def away(*args: object, **kwargs: object) -> None:
        raise OperationalError("gone")

    client.raise_request_exception = False
    with monkeypatch.context() as cut:
        cut.setattr("django.contrib.sessions.backends.db.SessionStore.load", away)
        client.cookies["sessionid"] = "a" * 32
        refused = client.get("/admin/")
    assert refused.status_code == 503
    assert refused.json()["detail"].startswith("Nothing was stored")


@pytest.mark.parametrize(("needed", "mark"), [(0, "ok"), (1, "warn"), (2, "fail")])
def test_the_doctor_looks_at_the_free_space(monkeypatch, settings, tmp_path, now, needed, mark):
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(disk, "WARN_BELOW", 2**60 if needed > 0 else 0)
    monkeypatch.setattr(disk, "FAIL_BELOW", 2**60 if needed > 1 else 0)
    finding = next(one for one in disk.examine(now=now) if str(tmp_path) in one.found)
    assert finding.mark == mark
    assert ("Free some space" in finding.advice) == (mark != "ok")
