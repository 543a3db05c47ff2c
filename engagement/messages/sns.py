"""What Amazon SNS posts, believed only when Amazon signed it for the topic an account named.

SES reports through SNS, where anybody may subscribe our address to a topic of their own: such mail is
genuinely signed by Amazon, too. So an account names its topic, and nothing of another topic is believed,
least of all a request to confirm it. The rules are Amazon's ("Verifying the signatures of Amazon SNS
messages"): certificate from an SNS host over TLS, signature over named fields in order.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.utils.crypto import constant_time_compare

TOPIC = re.compile(r"arn:(aws|aws-cn|aws-us-gov):sns:([a-z0-9-]{3,30}):\d{12}:[A-Za-z0-9_-]{1,256}")
CERTIFICATE_PATH = re.compile(r"/SimpleNotificationService-[0-9A-Za-z]{1,64}\.pem")
SIGNED_FIELDS = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    **dict.fromkeys(
        ("SubscriptionConfirmation", "UnsubscribeConfirmation"),
        ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    ),
}
DIGESTS: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "1": hashes.SHA1,  # Amazon's default still; it protects what also needs the path's secret
    "2": hashes.SHA256,
}
SECONDS = 4
LARGEST_ANSWER = 64 * 1024


class Forged(Exception):
    """Not signed by Amazon, or not for this account's topic. Its text says which; no secrets."""


class Unreachable(Exception):
    """Amazon could not be asked for its certificate, or did not take the confirmation."""


def is_topic(text: str) -> bool:
    """Is this the ARN of an SNS topic?"""
    return TOPIC.fullmatch(text) is not None


def believe(*, body: bytes, topic: str) -> dict[str, Any]:
    """The SNS message in `body`, after checking that it is `topic`'s and Amazon's.

    Raises `Forged`, or `Unreachable` while the certificate cannot be fetched.
    """
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Forged("This is no JSON.") from error
    if not isinstance(message, dict):
        raise Forged("This is no SNS message.")
    stated = str(message.get("TopicArn", ""))
    if not is_topic(topic) or not constant_time_compare(stated, topic):
        raise Forged("It comes from another topic than the account names.")
    kind = str(message.get("Type", ""))
    digest = DIGESTS.get(str(message.get("SignatureVersion", "")))
    if kind not in SIGNED_FIELDS or digest is None:
        raise Forged("Its type or signature version is unknown.")
    url = str(message.get("SigningCertURL", ""))
    _refuse_foreign_host(url, topic=topic)
    if not CERTIFICATE_PATH.fullmatch(urlsplit(url).path) or urlsplit(url).query:
        raise Forged("Its certificate lies where Amazon keeps none.")
    try:
        signature = base64.b64decode(str(message.get("Signature", "")), validate=True)
        _key(url).verify(signature, _signed_text(message, kind=kind), padding.PKCS1v15(), digest())
    except (binascii.Error, InvalidSignature) as error:
        raise Forged("Its signature is not Amazon's.") from error
    return message


def confirm(*, message: dict[str, Any], topic: str) -> None:
    """Accept the subscription that `message`, already believed, asks us to confirm.

    Raises `Forged` when its address is not SNS's own for this topic, `Unreachable` when SNS does not
    answer with success.
    """
    url = str(message.get("SubscribeURL", ""))
    _refuse_foreign_host(url, topic=topic)
    asked = parse_qs(urlsplit(url).query)
    if asked.get("Action") != ["ConfirmSubscription"] or asked.get("TopicArn") != [topic]:
        raise Forged("Its address confirms something else.")
    fetch(url)


def fetch(url: str) -> bytes:
    """GET an address of Amazon's. Raises `Unreachable`. Follows nobody elsewhere."""
    try:
        with requests.get(url, timeout=SECONDS, allow_redirects=False, stream=True) as answer:
            if answer.status_code != 200:
                raise Unreachable(f"Amazon answered {answer.status_code}.")
            return answer.raw.read(LARGEST_ANSWER, decode_content=True)
    except requests.RequestException as error:
        raise Unreachable(f"Amazon could not be reached ({type(error).__name__}).") from error


def _refuse_foreign_host(url: str, *, topic: str) -> None:
    """Only `https://sns.<the topic's region>.amazonaws.com`, nothing that merely looks like it."""
    partition, region = TOPIC.fullmatch(topic).groups()  # type: ignore[union-attr]
    ending = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise Forged("Its address is none.") from error
    if parts.scheme != "https" or parts.netloc != f"sns.{region}.{ending}":
        raise Forged("It points to a host that is not Amazon's.")


@lru_cache(maxsize=8)
def _key(url: str) -> rsa.RSAPublicKey:
    try:
        key = x509.load_pem_x509_certificate(fetch(url)).public_key()
    except ValueError as error:
        raise Unreachable("Amazon's certificate could not be read.") from error
    if not isinstance(key, rsa.RSAPublicKey):
        raise Unreachable("Amazon's certificate has no RSA key.")
    return key


def _signed_text(message: dict[str, Any], *, kind: str) -> bytes:
    present = (name for name in SIGNED_FIELDS[kind] if message.get(name) is not None)
    return "".join(f"{name}\n{message[name]}\n" for name in present).encode()
