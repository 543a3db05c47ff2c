"""Messages to a shop's own system: signed, repeated, and stopped when nobody wants them (W16)."""

from datetime import timedelta

import pytest

from core.clock import real_now
from orders.models import PlatformConnection


@pytest.fixture
def line(connected, receiver):
    return connected("webhook", receiver)


def test_a_wish_comes_signed_after_the_standard(line, receiver, order, wanted):
    assert wanted(line, "cancel", of=order, reason="Ordered twice").status == "done"
    (heard,) = receiver.heard
    assert heard["type"] == "order.cancel_wanted"
    assert heard["data"]["order"]["id"] == "450789469"
    assert heard["data"]["reason"] == "Ordered twice"


def test_a_repeat_carries_the_same_id_and_a_new_time(line, receiver, wanted, tried_again):
    receiver.broken.append((500, {}, {}))
    command = wanted(line, "tell", event="order.change_settled", how="done")
    assert command.status == "waiting"
    assert tried_again(command).status == "done"
    ids = {call.headers["webhook-id"] for call in receiver.calls}
    assert len(receiver.calls) == 2
    assert ids == {command.key}


def test_the_pause_that_the_receiver_asks_for_is_kept(line, receiver, wanted):
    receiver.broken.append((429, {"Retry-After": "600"}, {}))
    before = real_now()
    command = wanted(line, "tell", event="x.y")
    assert command.due_at >= before + timedelta(seconds=600)


def test_a_receiver_that_has_gone_is_called_no_more(line, receiver, wanted):
    receiver.broken.append((410, {}, {}))
    assert wanted(line, "tell", event="x.y").status == "dead"
    line.refresh_from_db()
    assert not line.is_active
    assert wanted(line, "tell", event="x.z").status == "waiting"
    assert len(receiver.calls) == 1


def test_five_days_of_failure_switch_it_off_and_say_so(line, receiver, wanted):
    PlatformConnection.objects.filter(pk=line.pk).update(
        failing_since=real_now() - timedelta(days=5, minutes=1)
    )
    receiver.broken.append((503, {}, {}))
    wanted(line, "tell", event="x.y")
    line.refresh_from_db()
    assert not line.is_active
    assert line.problem.startswith("Switched off")


def test_a_redirect_is_not_followed(line, receiver, wanted):
    receiver.broken.append((302, {"Location": f"{receiver.url}/elsewhere"}, {}))
    assert wanted(line, "tell", event="x.y").status == "waiting"
    assert [call.path for call in receiver.calls] == ["/"]
