"""What an error at hand-over means: surely not accepted, somebody's fault for good, or unclear.

The table is `research/engine.md` §3.6. When in doubt it is `UNCERTAIN`: that costs a look, the
wrong guess costs a second mail.
"""

import smtplib
from dataclasses import dataclass
from enum import Enum, auto

import requests
from anymail.exceptions import (
    AnymailAPIError,
    AnymailConfigurationError,
    AnymailError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
)
from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError
from urllib3.exceptions import NewConnectionError


class Fate(Enum):
    """What became of one hand-over."""

    NOT_ACCEPTED = auto()  # try again later
    PROVIDER_DOWN = auto()  # nobody's mail gets through: rest the account
    BAD_RECIPIENT = auto()  # the address does not exist
    BAD_CONTENT = auto()  # this mail will never be taken
    UNCERTAIN = auto()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A fate, in words for the merchant, and how many seconds the provider asked us to wait."""

    fate: Fate
    detail: str
    retry_after: int | None = None


def classify(error: Exception, *, body_begun: bool = True) -> Outcome:
    """What `error` means. `body_begun` is false where the connection knows that no body was sent."""
    if isinstance(error, smtplib.SMTPException):
        return _smtp(error, body_begun=body_begun)
    if isinstance(error, AnymailError):
        return _anymail(error)
    if isinstance(error, AnymailConfigurationError | ImproperlyConfigured):
        return Outcome(Fate.PROVIDER_DOWN, "The sending account is not configured correctly.")
    if isinstance(error, DatabaseError):  # the local mailbox keeps mails in our own database
        return Outcome(Fate.NOT_ACCEPTED, "The local mailbox could not be written.")
    if isinstance(error, OSError):
        return _broken_line(error, body_begun=body_begun)
    if isinstance(error, ValueError | TypeError | LookupError):  # raised while writing MIME
        return Outcome(Fate.BAD_CONTENT, f"The mail could not be encoded ({_kind(error)}).")
    return Outcome(Fate.UNCERTAIN, f"Unexpected while handing over ({_kind(error)}).")


def _smtp(error: smtplib.SMTPException, *, body_begun: bool) -> Outcome:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        replies = list(error.recipients.values())
        code, text = replies[0] if replies else (550, b"")
        return _reply(code=code, text=text, at_recipient=True)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Outcome(Fate.PROVIDER_DOWN, "The mail server refused our login.")
    if isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code >= 500:
        return Outcome(Fate.PROVIDER_DOWN, "The mail server refuses the sender address.")
    if isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError):
        return Outcome(Fate.NOT_ACCEPTED, "The mail server did not greet us.")
    if isinstance(error, smtplib.SMTPResponseException):
        return _reply(code=error.smtp_code, text=error.smtp_error, at_recipient=False)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Outcome(Fate.PROVIDER_DOWN, "The mail server does not offer what we are set to use.")
    return _broken_line(error, body_begun=body_begun)


def _reply(*, code: int, text: bytes | str, at_recipient: bool) -> Outcome:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    detail = f"The mail server said {code}."
    if code == 421:
        return Outcome(Fate.PROVIDER_DOWN, detail)
    if 400 <= code < 500:
        return Outcome(Fate.NOT_ACCEPTED, detail)
    if code < 400:  # it left without an answer that means anything
        return Outcome(Fate.UNCERTAIN, detail)
    status = words.split()[0] if words.split() else ""
    enhanced = status if status[:2] == "5." else ""
    about_address = enhanced.startswith(("5.1.", "5.2.1")) or (
        at_recipient and not enhanced and code in {550, 551, 553}
    )
    return Outcome(
        Fate.BAD_RECIPIENT if about_address else Fate.BAD_CONTENT, f"{detail} {enhanced}".strip()
    )


def _broken_line(error: Exception, *, body_begun: bool) -> Outcome:
    if not body_begun or isinstance(error, ConnectionRefusedError):
        return Outcome(Fate.NOT_ACCEPTED, f"The mail server could not be reached ({_kind(error)}).")
    return Outcome(Fate.UNCERTAIN, f"The line broke while handing over ({_kind(error)}).")


def _anymail(error: AnymailError) -> Outcome:
    if isinstance(error, AnymailRecipientsRefused | AnymailInvalidAddress):
        return Outcome(Fate.BAD_RECIPIENT, "The provider refused the address.")
    if error.status_code is not None:
        return _http(error)
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError):
        return Outcome(Fate.NOT_ACCEPTED, "The provider could not be reached.")
    if isinstance(error, requests.ConnectionError) and _never_connected(error):
        return Outcome(Fate.NOT_ACCEPTED, "The provider could not be reached.")
    if isinstance(error, AnymailAPIError):
        return Outcome(Fate.UNCERTAIN, f"The provider gave no clear answer ({_kind(error)}).")
    return Outcome(Fate.BAD_CONTENT, f"The provider cannot carry this mail ({_kind(error)}).")


def _http(error: AnymailError) -> Outcome:
    code = int(error.status_code or 0)
    detail = f"The provider answered {code}."
    if code in {401, 402, 403}:
        return Outcome(Fate.PROVIDER_DOWN, detail)
    if code in {429, 503}:
        return Outcome(Fate.NOT_ACCEPTED, detail, retry_after=_retry_after(error))
    if 400 <= code < 500 and code != 408:
        return Outcome(Fate.BAD_CONTENT, detail)
    return Outcome(Fate.UNCERTAIN, detail)


def _retry_after(error: AnymailError) -> int | None:
    asked = getattr(error.response, "headers", {}).get("Retry-After", "")
    return min(int(asked), 6 * 3600) if asked.isdigit() else None


def _never_connected(error: BaseException) -> bool:
    """A refused connection or an unknown host: nothing was sent."""
    cause: BaseException | None = error
    for _ in range(6):
        if cause is None:
            return False
        if isinstance(cause, NewConnectionError):
            return True
        reason = cause.args[0] if cause.args else None
        inner = getattr(reason, "reason", None)
        if isinstance(inner, NewConnectionError):
            return True
        cause = cause.__cause__
    return False


def _kind(error: Exception) -> str:
    return type(error).__name__
