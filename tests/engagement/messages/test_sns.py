"""Amazon SES reports through SNS: believed only when Amazon signed it for the account's own topic."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from django.urls import reverse

from core.stores.scope import store_scope
from engagement.messages import sns
from engagement.messages.models import MessageEvent
from engagement.messages.operations.dispatch import drain_outbox
from tests.factories.accounts import an_account
from tests.factories.messages import planned
from tests.factories.orders import CustomerFactory

TOPIC = "arn:aws:sns:eu-central-1:123456789012:mail"
HOST = "https://sns.eu-central-1.amazonaws.com"
CERTIFICATE = f"{HOST}/SimpleNotificationService-0123456789abcdef.pem"
CONFIRMATION = f"{HOST}/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=abc"


class Amazon:
    """A key with its certificate, and the addresses that were asked for."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.asked: list[str] = []
        self.status = 200
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
        day = datetime(2026, 1, 1, tzinfo=UTC)
        self.pem = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(1)
            .not_valid_before(day)
            .not_valid_after(day + timedelta(days=3650))
            .sign(self.key, hashes.SHA256())
            .public_bytes(serialization.Encoding.PEM)
        )

    def get(self, url: str, **options: object) -> requests.Response:
        assert options["allow_redirects"] is False
        self.asked.append(url)
        answer = requests.Response()
        answer.status_code = self.status
        answer.raw = _Body(self.pem if url.endswith(".pem") else b"<ok/>")
        return answer

    def signed(self, message: dict, *, version: str = "2") -> dict:
        message = {"SigningCertURL": CERTIFICATE, **message, "SignatureVersion": version}
        names = sns.SIGNED_FIELDS[message["Type"]]
        text = "".join(f"{name}\n{message[name]}\n" for name in names if name in message)
        digest = hashes.SHA256() if version == "2" else hashes.SHA1()
        signature = self.key.sign(text.encode(), padding.PKCS1v15(), digest)
        return {**message, "Signature": base64.b64encode(signature).decode()}


class _Body:
    def __init__(self, content: bytes) -> None:
        self.content = content

    def read(self, limit: int, *, decode_content: bool) -> bytes:
        return self.content[:limit]

    def release_conn(self) -> None:
        """Nothing to give back."""

    close = release_conn


@pytest.fixture
def amazon(monkeypatch):
    sns._key.cache_clear()
    amazon = Amazon()
    monkeypatch.setattr(requests, "get", amazon.get)
    yield amazon
    sns._key.cache_clear()


@pytest.fixture
def account(store):
    return an_account(
        store=store,
        backend="engagement.messages.localbox.backend.EmailBackend",
        sns_topic=TOPIC,
    )


@pytest.fixture
def sent(store, account):
    with store_scope(store.pk):
        message = planned(store=store, customer=CustomerFactory(store=store))
        drain_outbox()
        message.refresh_from_db()
    return message


def post(client, account, message: dict):
    return client.post(
        reverse("mail-hook", args=["amazon_ses", account.hook_secret]),
        json.dumps(message),
        content_type="text/plain; charset=UTF-8",
        headers={
            "x-amz-sns-message-type": message.get("Type", ""),
            "x-amz-sns-message-id": message.get("MessageId", ""),
        },
    )


def delivery(message, **changes) -> dict:
    event = {
        "eventType": "Delivery",
        "mail": {
            "timestamp": "2026-03-03T12:00:00.000Z",
            "messageId": "0100018",
            "destination": ["jana@mail.example"],
            "headers": [
                {"name": "X-Metadata", "value": json.dumps({"afterglow": message.public_id.hex})}
            ],
            "tags": {},
        },
        "delivery": {
            "timestamp": "2026-03-03T12:00:05.000Z",
            "recipients": ["jana@mail.example"],
        },
    }
    return {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": TOPIC,
        "Message": json.dumps(event),
        "Timestamp": "2026-03-03T12:00:06.000Z",
        **changes,
    }


def invitation(**changes) -> dict:
    return {
        "Type": "SubscriptionConfirmation",
        "MessageId": "165545c9-2a5c-472c-8df2-7ff2be2b3b1b",
        "Token": "abc",
        "TopicArn": TOPIC,
        "Message": "You have chosen to subscribe to the topic.",
        "SubscribeURL": CONFIRMATION,
        "Timestamp": "2026-03-03T12:00:00.000Z",
        **changes,
    }


@pytest.mark.parametrize("version", ["1", "2"])
def test_what_amazon_signed_for_our_topic_is_kept(client, amazon, account, sent, unscoped, version):
    answer = post(client, account, amazon.signed(delivery(sent), version=version))
    assert answer.status_code == 200
    event = MessageEvent.objects.get()
    assert (event.message_id, event.kind) == (sent.pk, "delivered")
    assert amazon.asked == [CERTIFICATE]


def test_the_certificate_is_fetched_once(client, amazon, account, sent, unscoped):
    for _ in range(3):
        post(client, account, amazon.signed(delivery(sent)))
    assert amazon.asked == [CERTIFICATE]
    assert MessageEvent.objects.count() == 1


def test_a_changed_word_is_refused(client, amazon, account, sent, unscoped):
    genuine = amazon.signed(delivery(sent))
    for name, value in (
        ("Message", genuine["Message"].replace("Delivery", "Complaint")),
        ("Timestamp", "2026-03-04T12:00:06.000Z"),
        ("Subject", "added"),
        ("Signature", genuine["Signature"][:-8] + "AAAAAAA="),
        ("Signature", "no base64"),
        ("SignatureVersion", "3"),
        ("SignatureVersion", "1"),
    ):
        assert post(client, account, {**genuine, name: value}).status_code == 401, name
    assert not MessageEvent.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        CERTIFICATE.replace("https", "http"),
        CERTIFICATE.replace("amazonaws.com", "amazonaws.com.evil.example"),
        CERTIFICATE.replace("sns.eu-central-1", "evil"),
        CERTIFICATE.replace("eu-central-1", "us-east-1"),
        CERTIFICATE.replace("https://", "https://user@"),
        CERTIFICATE.replace(".com/", ".com:444/"),
        CERTIFICATE + "?x=.pem",
        f"{HOST}/other/SimpleNotificationService-0.pem",
        "https://[",
        "",
    ],
)
def test_a_certificate_from_elsewhere_is_not_even_fetched(
    client, amazon, account, sent, unscoped, url
):
    forged = amazon.signed(delivery(sent, SigningCertURL=url))
    assert post(client, account, forged).status_code == 401
    assert amazon.asked == []
    assert not MessageEvent.objects.exists()


def test_a_foreign_topic_is_refused_though_amazon_signed_it(
    client, amazon, account, sent, unscoped
):
    theirs = TOPIC.replace("123456789012", "999999999999")
    assert post(client, account, amazon.signed(delivery(sent, TopicArn=theirs))).status_code == 401
    url = CONFIRMATION.replace("123456789012", "999999999999")
    asked = amazon.signed(invitation(TopicArn=theirs, SubscribeURL=url))
    assert post(client, account, asked).status_code == 401
    assert amazon.asked == []
    assert not MessageEvent.objects.exists()


def test_an_account_without_a_topic_believes_none(client, amazon, store, sent, unscoped):
    account = an_account(store=store, backend="django.core.mail.backends.dummy.EmailBackend")
    assert post(client, account, amazon.signed(delivery(sent))).status_code == 401
    assert post(client, account, amazon.signed(invitation())).status_code == 401
    assert amazon.asked == []


def test_our_own_topic_is_confirmed(client, amazon, account):
    assert post(client, account, amazon.signed(invitation())).status_code == 200
    assert amazon.asked == [CERTIFICATE, CONFIRMATION]


@pytest.mark.parametrize(
    "url",
    [
        CONFIRMATION.replace("Confirm", "Delete"),
        CONFIRMATION.replace(":mail", ":other"),
        CONFIRMATION.replace(HOST, "https://sns.eu-central-1.amazonaws.com.evil.example"),
        CONFIRMATION.replace("https://", "http://"),
        "http://169.254.169.254/latest/meta-data/",
    ],
)
def test_no_other_address_is_visited_to_confirm(client, amazon, account, url):
    asked = amazon.signed(invitation(SubscribeURL=url))
    assert post(client, account, asked).status_code == 401
    assert amazon.asked == [CERTIFICATE]


def test_amazon_out_of_reach_is_told_to_come_again(client, amazon, account, sent, unscoped):
    genuine = amazon.signed(delivery(sent))
    amazon.status = 500
    assert post(client, account, genuine).status_code == 503
    assert not MessageEvent.objects.exists()
    amazon.status = 200
    assert post(client, account, genuine).status_code == 200
    assert MessageEvent.objects.count() == 1


def test_garbage_is_refused(client, amazon, account, unscoped):
    url = reverse("mail-hook", args=["amazon_ses", account.hook_secret])
    for body in (b"", b"[]", b"7", b"\xff", b'{"TopicArn": []}', b"[" * 100_000):
        assert client.post(url, body, content_type="text/plain").status_code == 401
    assert not MessageEvent.objects.exists()
