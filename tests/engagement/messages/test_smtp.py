"""Against a real SMTP server that misbehaves at a chosen line."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from django.core.mail import EmailMultiAlternatives, get_connection

from engagement.messages.delivery.accounts import STAGED_SMTP, account_of
from engagement.messages.models import Message, Outbox, ProviderAccount, Reason
from engagement.messages.operations.dispatch import drain_outbox
from tests.factories.messages import planned

pytestmark = pytest.mark.usefixtures("in_store")


@dataclass
class Server:
    """Takes mails, except where a test says what it answers, or that it hangs up."""

    answers: dict[str, str] = field(default_factory=dict)
    hang_up_at: str = ""
    mails: list[bytes] = field(default_factory=list)
    sessions: set[int] = field(default_factory=set)

    def _answer(self, line: str, server) -> str:
        if self.hang_up_at == line:
            server.transport.abort()
        return self.answers.get(line, "250 2.0.0 fine")

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        self.sessions.add(id(session))
        return self._answer("MAIL", server)

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self._answer("RCPT", server)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        answer = self._answer("DATA", server)
        if answer.startswith("2"):
            self.mails.append(envelope.content)
        return answer


@pytest.fixture
def smtp(settings) -> Iterator[Server]:
    server = Server()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_TIMEOUT = 5
    yield server
    controller.stop()


def state_of(message: Message) -> tuple[str, str]:
    message.refresh_from_db()
    return message.status, message.reason


def test_a_batch_goes_over_one_connection_and_arrives_whole(smtp, store):
    messages = [planned(store=store) for _ in range(5)]
    drain_outbox()
    assert {state_of(message) for message in messages} == {(Message.Status.SENT, "")}
    assert len(smtp.sessions) == 1
    mails = [message_from_bytes(raw, policy=policy.default) for raw in smtp.mails]
    assert {mail["Message-ID"].split("@")[0][1:] for mail in mails} == {
        message.send_key for message in messages
    }
    assert not any(mail.defects for mail in mails)
    assert max(len(line) for raw in smtp.mails for line in raw.split(b"\r\n")) <= 998
    assert messages[0].provider_message_id.startswith(f"<{messages[0].send_key}@")


def test_hanging_up_after_the_last_dot_is_uncertain(smtp, store):
    smtp.hang_up_at = "DATA"
    message = planned(store=store)
    drain_outbox()
    assert state_of(message) == (Message.Status.UNCERTAIN, "")
    assert Outbox.objects.get().state == Outbox.State.UNCERTAIN


@pytest.mark.parametrize("line", ["MAIL", "RCPT"])
def test_hanging_up_before_the_body_delivered_nothing_and_is_tried_again(smtp, store, line):
    smtp.hang_up_at = line
    message = planned(store=store)
    drain_outbox()
    assert state_of(message) == (Message.Status.PLANNED, "")
    row = Outbox.objects.get()
    assert (row.state, row.attempts) == (Outbox.State.PLANNED, 1)


@pytest.mark.parametrize(
    ("line", "answer", "expected"),
    [
        ("RCPT", "550 5.1.1 no such user", (Message.Status.FAILED, Reason.BOUNCED)),
        ("RCPT", "554 5.7.1 policy", (Message.Status.FAILED, Reason.REFUSED)),
        ("DATA", "554 5.6.0 looks like spam", (Message.Status.FAILED, Reason.REFUSED)),
        ("RCPT", "450 4.2.0 greylisted", (Message.Status.PLANNED, "")),
        ("DATA", "451 4.3.0 disk full", (Message.Status.PLANNED, "")),
    ],
)
def test_each_answer_does_what_it_says(smtp, store, line, answer, expected):
    smtp.answers[line] = answer
    message = planned(store=store)
    drain_outbox()
    assert state_of(message) == expected
    assert smtp.mails == []


def test_one_refused_address_does_not_cost_the_others_their_mail(smtp, store, rules):
    smtp.answers["RCPT"] = "550 5.1.1 no such user"
    refused = planned(store=store)
    drain_outbox()
    smtp.answers.clear()
    fine = planned(store=store)
    drain_outbox()
    assert state_of(refused)[0] == Message.Status.FAILED
    assert state_of(fine)[0] == Message.Status.SENT


def test_421_rests_the_account(smtp, store):
    smtp.answers["MAIL"] = "421 4.7.0 too many connections"
    planned(store=store)
    drain_outbox()
    row = Outbox.objects.get()
    assert (row.state, row.attempts) == (Outbox.State.PLANNED, 0)
    assert account_of(store=store).paused_until is not None


def test_a_server_that_is_away_costs_no_try(settings, store):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    planned(store=store)
    drain_outbox()
    assert Outbox.objects.get().attempts == 0
    assert ProviderAccount.objects.get().pause_reason


@pytest.mark.parametrize("text", [".", "..\n.\n\n.hidden\n", "end\n.", "a\n..b\n.\nQUIT\n"])
def test_lines_that_begin_with_a_dot_arrive_as_written(smtp, text):
    email = EmailMultiAlternatives("Dots", text, "shop@lipa.example", ["jana@mail.example"])
    email.attach_alternative(f"<p>{text}</p>", "text/html")
    with get_connection(STAGED_SMTP) as connection:
        assert connection.send_messages([email]) == 1
    (raw,) = smtp.mails
    parts = message_from_bytes(raw, policy=policy.default).iter_parts()
    assert [part.get_content().replace("\r\n", "\n").rstrip("\n") for part in parts] == [
        text.rstrip("\n"),
        f"<p>{text}</p>",
    ]
