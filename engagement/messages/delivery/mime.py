"""Our own mails as bytes, written straight down: what Django's MIME spends most of a mail's time on.

Only for what `compose` makes: one receiver, a text and an HTML part, headers we know. Sources: RFC
5322 (headers, lines of at most 998 octets), RFC 2045 (quoted-printable), RFC 2046 (multipart), RFC
2047 (encoded words). `tests/engagement/messages/test_mime.py` reads them back with Python's parser.
"""

import binascii
import re
import secrets
from base64 import b64encode
from email.utils import formatdate, parseaddr
from functools import lru_cache
from typing import TypeGuard

from django.core.mail import EmailMessage, EmailMultiAlternatives

from engagement.messages.delivery.headers import UNSAFE

LONGEST_LINE = 998
FOLD_AT = 76
LONGEST_WORD = 75
HTML = "text/html"
_line_ends = re.compile(r"\r\n|\r|\n")
_field_name = re.compile(r"[!-9;-~]+")
_printable = re.compile(r"[\x20-\x7e]*")
_plain_phrase = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")


class HeaderUnsafe(ValueError):
    """A header's text holds what would end its line, or hide in it."""


def is_ours(email: EmailMessage) -> TypeGuard[EmailMultiAlternatives]:
    """Whether `written` can write it: no attachments, copies or parts that `compose` never makes."""
    return (
        type(email) is EmailMultiAlternatives
        and len(email.to) == 1
        and not (email.cc or email.bcc or email.attachments)
        and [kind for _, kind in email.alternatives] in ([], [HTML])
    )


def written(email: EmailMultiAlternatives, *, eight_bit: bool = False) -> bytes:
    """The mail with CRLF line ends. Raises `HeaderUnsafe`, `UnicodeEncodeError`.

    ASCII only, unless `eight_bit`: where the server takes that (RFC 6152), parts go as they are.
    """
    extra = {name.lower(): (name, str(value)) for name, value in email.extra_headers.items()}
    extra.setdefault("date", ("Date", formatdate()))
    head = [
        _field("Subject", _text("Subject", str(email.subject))),
        _field("From", _mailbox("From", extra.pop("from", ("", email.from_email))[1])),
        _field("To", _mailbox("To", extra.pop("to", ("", email.to[0]))[1])),
    ]
    if email.reply_to:
        head.append(_field("Reply-To", _mailbox("Reply-To", email.reply_to[0])))
    head += [_field(name, _text(name, value)) for name, value in extra.values()]
    head.append("MIME-Version: 1.0")
    text = _part("text/plain", str(email.body), eight_bit=eight_bit)
    if not email.alternatives:
        return _joined(head) + text + b"\r\n"
    # "=_" never stands in quoted-printable, and nobody can guess the rest.
    boundary = f"=_{secrets.token_hex(16)}"
    head.append(f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"')
    line = b"--" + boundary.encode()
    html = _part(HTML, str(email.alternatives[0][0]), eight_bit=eight_bit)
    return b"\r\n".join(
        [_joined(head), line, text, line, html, line + b"--", b""],
    )


def _joined(head: list[str]) -> bytes:
    return "\r\n".join([*head, ""]).encode("ascii")


def _field(name: str, value: str) -> str:
    """One header field; the last guard, whatever the value came from."""
    if not _field_name.fullmatch(name):
        raise HeaderUnsafe("A header's name holds characters that none may hold.")
    lines = value.split("\r\n ")
    if not all(_printable.fullmatch(line) and len(line) < LONGEST_LINE - 80 for line in lines):
        raise HeaderUnsafe(
            f"The header {name} holds control characters or a line that is too long."
        )
    return f"{name}: {value}"


def _text(name: str, value: str) -> str:
    """An unstructured value: folded where it is ASCII, encoded words where it is not."""
    if UNSAFE.search(value):
        raise HeaderUnsafe(f"The header {name} holds control characters.")
    if value.isascii() and "=?" not in value:
        return _folded(value, room=FOLD_AT - len(name) - 2)
    return _encoded(value, room=FOLD_AT - len(name) - 2)


def _folded(value: str, *, room: int) -> str:
    if len(value) <= room:
        return value
    lines, line = [], ""
    for word in value.split(" "):
        # A fold stands before a word, never before more white space: that line would be empty.
        if line.strip() and word and len(line) + 1 + len(word) > room:
            lines.append(line)
            line, room = word, FOLD_AT - 1
        else:
            line = f"{line} {word}" if lines or line else word
    return "\r\n ".join([*lines, line])


def _encoded(value: str, *, room: int) -> str:
    """RFC 2047 words of at most 75 characters, cut between characters, each on a line of its own."""
    words: list[str] = []
    chunk = b""
    most = _octets_in(min(room, LONGEST_WORD))
    for sign in value:
        octets = sign.encode()
        if len(chunk) + len(octets) > most:
            words.append(_word(chunk))
            chunk, most = b"", _octets_in(LONGEST_WORD)
        chunk += octets
    return "\r\n ".join([*words, _word(chunk)])


def _octets_in(length: int) -> int:
    """How many octets an encoded word of `length` characters carries in base64."""
    return (length - len(_word(b""))) // 4 * 3


def _word(octets: bytes) -> str:
    return f"=?utf-8?b?{b64encode(octets).decode()}?="


@lru_cache(maxsize=1024)
def _parsed(value: str) -> tuple[str, str]:
    return parseaddr(value)


@lru_cache(maxsize=1024)
def bare_address(value: str) -> str:
    """The address of ``Name <address>`` in ASCII, as an envelope needs it. Raises `HeaderUnsafe`."""
    address = _parsed(value)[1]
    local, at, domain = address.rpartition("@")
    if not at or not local or UNSAFE.search(value) or re.search(r"[\s<>,;]", address):
        raise HeaderUnsafe("There is no address that can stand in a mail.")
    return address if domain.isascii() else f"{local}@{domain.encode('idna').decode()}"


@lru_cache(maxsize=1024)
def _mailbox(name: str, value: str) -> str:
    """``Name <address>`` with the name encoded and the domain in its ASCII form."""
    label, address = _parsed(value)[0], bare_address(value)
    if not label:
        return address
    if _plain_phrase.fullmatch(label) and "=?" not in label:
        phrase = label
    elif label.isascii() and "=?" not in label:
        phrase = '"' + label.replace("\\", "\\\\").replace('"', '\\"') + '"'
    else:
        phrase = _encoded(label, room=FOLD_AT - len(name) - 2)
    last = phrase.rpartition("\r\n ")[2]
    fold = "\r\n " if len(last) + len(address) > FOLD_AT - len(name) - 6 else " "
    return f"{phrase}{fold}<{address}>"


def _part(kind: str, text: str, *, eight_bit: bool) -> bytes:
    """One part with its own headers: as it is where mail can carry that, else quoted-printable."""
    if "\r" in text:
        text = _line_ends.sub("\n", text)
    octets = text.encode()
    if b"\0" in octets or max(map(len, octets.split(b"\n"))) > LONGEST_LINE:
        encoding = "quoted-printable"
    elif octets.isascii():
        encoding = "7bit"
    else:
        encoding = "8bit" if eight_bit else "quoted-printable"
    if encoding == "quoted-printable":
        octets = binascii.b2a_qp(octets, istext=True)
    head = f'Content-Type: {kind}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    return head.encode() + octets.replace(b"\n", b"\r\n")
