"""What a provider's error means, and what becomes of the mail."""

import smtplib
import socket
from datetime import timedelta

import pytest
import requests
from anymail.exceptions import (
    AnymailConfigurationError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailRequestsAPIError,
)
from hypothesis import given
from hypothesis import strategies as st
from urllib3.exceptions import MaxRetryError, NewConnectionError

from core.clock import real_now
from core.events.models import EventRow
from core.stores.scope import every_store
from engagement.messages.delivery.accounts import account_of
from engagement.messages.delivery.outcomes import Fate, classify
from engagement.messages.limits import Limits
from engagement.messages.models import LocalMail, Message, Outbox, ProviderAccount, Reason
from engagement.messages.operations.dispatch import drain_outbox
from engagement.messages.policies import backoff, breaker_pause
from tests.factories.messages import planned

BACKEND = "engagement.messages.localbox.backend.EmailBackend"


def api(status: int, **headers: str) -> AnymailRequestsAPIError:
    response = requests.Response()
    response.status_code = status
    response.headers.update(headers)
    return AnymailRequestsAPIError("x", response=response)


def line(kind: type[Exception], *args: object) -> Exception:
    mixed = type("AnymailRequestsAPIError", (AnymailRequestsAPIError, kind), {})
    return mixed(*args)


def refused(code: int, words: bytes) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({"jana@mail.example": (code, words)})


NEVER = requests.ConnectionError(
    MaxRetryError(None, "/", NewConnectionError(None, "refused"))  # type: ignore[arg-type]
)

TABLE = [
    (ConnectionRefusedError(), Fate.NOT_ACCEPTED),
    (smtplib.SMTPConnectError(451, b"later"), Fate.NOT_ACCEPTED),
    (smtplib.SMTPDataError(451, b"4.3.0 later"), Fate.NOT_ACCEPTED),
    (refused(450, b"4.2.0 greylisted"), Fate.NOT_ACCEPTED),
    (smtplib.SMTPDataError(421, b"too many"), Fate.PROVIDER_DOWN),
    (smtplib.SMTPAuthenticationError(535, b"no"), Fate.PROVIDER_DOWN),
    (smtplib.SMTPSenderRefused(553, b"not yours", "x"), Fate.PROVIDER_DOWN),
    (refused(550, b"5.1.1 no such user"), Fate.BAD_RECIPIENT),
    (refused(550, b"user unknown"), Fate.BAD_RECIPIENT),
    (refused(554, b"5.7.1 policy"), Fate.BAD_CONTENT),
    (smtplib.SMTPDataError(554, b"5.6.0 spam"), Fate.BAD_CONTENT),
    (smtplib.SMTPDataError(552, b"5.3.4 too large"), Fate.BAD_CONTENT),
    (smtplib.SMTPServerDisconnected("gone"), Fate.UNCERTAIN),
    (TimeoutError(), Fate.UNCERTAIN),
    (api(429), Fate.NOT_ACCEPTED),
    (api(503), Fate.NOT_ACCEPTED),
    (line(requests.ConnectTimeout), Fate.NOT_ACCEPTED),
    (line(requests.ConnectionError, *NEVER.args), Fate.NOT_ACCEPTED),
    (api(401), Fate.PROVIDER_DOWN),
    (api(403), Fate.PROVIDER_DOWN),
    (AnymailConfigurationError("no key"), Fate.PROVIDER_DOWN),
    (AnymailRecipientsRefused(), Fate.BAD_RECIPIENT),
    (AnymailInvalidAddress("x"), Fate.BAD_RECIPIENT),
    (api(400), Fate.BAD_CONTENT),
    (api(413), Fate.BAD_CONTENT),
    (UnicodeEncodeError("ascii", "é", 0, 1, "x"), Fate.BAD_CONTENT),
    (api(200), Fate.UNCERTAIN),  # accepted, then something we could not read
    (api(500), Fate.UNCERTAIN),
    (api(502), Fate.UNCERTAIN),
    (api(504), Fate.UNCERTAIN),
    (line(requests.ReadTimeout), Fate.UNCERTAIN),
    (line(requests.ConnectionError, "Connection aborted."), Fate.UNCERTAIN),
    (RuntimeError("?"), Fate.UNCERTAIN),
]


@pytest.mark.parametrize(("error", "fate"), TABLE, ids=lambda each: str(each)[:40])
def test_each_error_means_one_thing(error, fate):
    assert classify(error).fate is fate


def test_a_line_that_broke_before_the_body_was_begun_delivered_nothing():
    for error in (smtplib.SMTPServerDisconnected("x"), TimeoutError(), socket.gaierror()):
        assert classify(error, body_begun=False).fate is Fate.NOT_ACCEPTED


def test_a_provider_that_says_how_long_is_believed_up_to_six_hours():
    assert classify(api(429, **{"Retry-After": "90"})).retry_after == 90
    assert classify(api(503, **{"Retry-After": "999999"})).retry_after == 6 * 3600
    assert classify(api(429)).retry_after is None


@given(attempts=st.integers(1, 200), chance=st.floats(0, 1, exclude_max=True))
def test_the_pause_doubles_up_to_six_hours_and_is_spread_by_half(attempts, chance):
    pause = backoff(attempts=attempts, chance=chance, limits=Limits())
    plain = min(21600, 30 * 2 ** (attempts - 1))
    assert plain * 0.499 <= pause.total_seconds() <= plain * 1.501


def test_the_breaker_rests_twice_as_long_each_time_up_to_half_an_hour():
    rests, last = [], 0
    for _ in range(7):
        last = int(breaker_pause(last_seconds=last, limits=Limits()).total_seconds())
        rests.append(last)
    assert rests == [60, 120, 240, 480, 960, 1800, 1800]


@pytest.fixture
def failing(in_store, monkeypatch):
    """A provider that answers every mail with `errors[0]`, then the next."""
    errors: list[Exception | None] = []
    seen: list[str] = []

    def send(self, emails):
        seen.append(emails[0].extra_headers["Message-ID"])
        error = errors.pop(0) if len(errors) > 1 else errors[0]
        if error is not None:
            raise error
        return len(emails)

    monkeypatch.setattr(f"{BACKEND}.send_messages", send)
    monkeypatch.setattr(f"{BACKEND}.keeps_all_or_none", False)  # no provider takes lists
    errors_and_seen = (errors, seen)
    return errors_and_seen


def test_not_accepted_is_tried_eight_times_and_then_given_up(failing, store):
    errors, seen = failing
    errors.append(smtplib.SMTPDataError(451, b"later"))
    message = planned(store=store)
    for tried in range(1, 9):
        ProviderAccount.objects.update(paused_until=None, failures_running=0)
        drain_outbox()
        row = Outbox.objects.filter(pk=message.pk).first()
        if tried < 8:
            assert (row.state, row.attempts, row.claims) == (10, tried, 0)
            low = 30 * 2 ** (tried - 1) * 0.5
            assert row.due_at - real_now() > timedelta(seconds=low - 5)
            Outbox.objects.update(due_at=real_now())
    message.refresh_from_db()
    assert (message.status, message.reason) == (Message.Status.FAILED, Reason.GAVE_UP)
    assert len(seen) == 8
    assert len(set(seen)) == 1  # the same Message-ID at every try
    assert message.handed_at is None


def test_a_mail_is_not_tried_beyond_its_end(failing, store):
    failing[0].append(smtplib.SMTPDataError(451, b"later"))
    message = planned(store=store, expires_at=real_now() + timedelta(seconds=10))
    drain_outbox()
    message.refresh_from_db()
    assert message.reason == Reason.GAVE_UP


def test_a_dead_address_fails_and_is_news(failing, store):
    failing[0].append(refused(550, b"5.1.1 no such user"))
    message = planned(store=store)
    drain_outbox()
    message.refresh_from_db()
    assert (message.status, message.reason) == (Message.Status.FAILED, Reason.BOUNCED)
    assert "mail.example" not in message.reason_detail
    assert EventRow.objects.get(name="message.bounced").payload["message_id"] == message.pk


def test_an_ambiguous_answer_is_uncertain_and_never_tried_again_by_itself(failing, store):
    failing[0].append(TimeoutError())
    message = planned(store=store)
    drain_outbox()
    drain_outbox()
    message.refresh_from_db()
    assert message.status == Message.Status.UNCERTAIN
    assert Outbox.objects.get().state == Outbox.State.UNCERTAIN
    assert len(failing[1]) == 1


def test_a_provider_that_is_down_rests_and_nobody_spends_a_try(failing, store, other_store):
    failing[0].append(smtplib.SMTPAuthenticationError(535, b"no"))
    for _ in range(3):
        planned(store=store)
    drain_outbox()
    assert len(failing[1]) == 1
    assert set(Outbox.objects.values_list("state", "attempts", "claims")) == {(10, 0, 0)}
    account = account_of(store=store)
    assert account.paused_until > real_now() + timedelta(seconds=50)
    assert drain_outbox() == 0  # left alone, without burning anything
    failing[0][:] = [None]
    with every_store():
        planned(store=other_store)
        assert drain_outbox() == 1  # the other store's account is well
    ProviderAccount.objects.update(paused_until=None)
    assert drain_outbox() == 3
    assert account_of(store=store).breaker_seconds == 0


def test_five_failures_running_open_the_breaker(failing, store):
    failing[0].append(smtplib.SMTPDataError(451, b"later"))
    for _ in range(8):
        planned(store=store)
    drain_outbox()
    assert len(failing[1]) == 5
    assert account_of(store=store).paused_until is not None
    assert Outbox.objects.filter(attempts=0, state=10).count() == 3


def test_a_success_in_between_closes_it(failing, store):
    error = smtplib.SMTPDataError(451, b"later")
    failing[0].extend([error, error, error, error, None, error])
    for _ in range(5):
        planned(store=store)
    drain_outbox()
    assert account_of(store=store).failures_running == 0


def test_a_provider_that_cannot_be_reached_costs_no_mail_a_try(in_store, store, monkeypatch):
    def away(self):
        raise ConnectionRefusedError

    monkeypatch.setattr(f"{BACKEND}.open", away)
    planned(store=store)
    drain_outbox()
    row = Outbox.objects.get()
    assert (row.state, row.attempts, row.claims) == (10, 0, 0)
    assert account_of(store=store).paused_until is not None
    assert not LocalMail.objects.exists()


def test_the_same_step_failing_five_times_in_a_row_is_news(in_store, store):
    for _ in range(6):
        planned(store=store, template="no_such_mail")
    drain_outbox()
    event = EventRow.objects.get(name="message.step_failing")
    assert (event.payload["flow"], event.payload["failures"]) == ("order_confirmation", 5)


def test_a_failing_step_is_noticed_without_reading_the_steps_whole_past(
    in_store, store, monkeypatch
):
    """What is due behind the failing mails, and what left long before them, is left out of it."""
    monkeypatch.setattr("engagement.messages.operations.note_broken_step.LOOKED_AT", 12)
    now = real_now()
    for minute in range(30):
        planned(store=store, due_at=now - timedelta(hours=3, minutes=minute))
    drain_outbox()
    for minute in range(6):
        planned(store=store, template="no_such_mail", due_at=now - timedelta(minutes=minute))
    behind = planned(store=store, due_at=now + timedelta(hours=1))
    drain_outbox()
    event = EventRow.objects.get(name="message.step_failing")
    assert event.payload["failures"] == 5
    assert Outbox.objects.filter(pk=behind.pk).exists()


def test_a_mail_that_left_in_between_means_that_the_step_works(in_store, store):
    now = real_now()
    for number in range(8):
        template = "order_confirmation" if number == 4 else "no_such_mail"
        planned(store=store, template=template, due_at=now - timedelta(minutes=10 - number))
        drain_outbox()
    assert not EventRow.objects.filter(name="message.step_failing").exists()


def test_a_hand_over_interrupted_by_hand_is_unclear_and_not_sent_again(failing, store):
    failing[0].append(KeyboardInterrupt())  # the provider may have taken it by then
    message = planned(store=store, marketing=True)
    with pytest.raises(KeyboardInterrupt):
        drain_outbox()
    assert Outbox.objects.get(pk=message.pk).state == Outbox.State.HANDING
