"""What may stand in a mail header: one line of printable text, whatever a product is called."""

import re
import unicodedata
from functools import lru_cache

# C0, DEL, C1 (with U+0085), the line and paragraph separators, lone surrogates, bidi overrides.
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
LONGEST_SUBJECT = 250


class AddressUnsafe(ValueError):
    """An address that cannot stand in a header. It is refused, never repaired into another one."""


def clean_text(value: str, *, longest: int = LONGEST_SUBJECT) -> str:
    """`value` as one safe header line: control characters become a space, runs of space one.

    ``=?`` is pulled apart, or a reader would decode whatever an encoded word hides, line feeds too.
    """
    text = " ".join(UNSAFE.sub(" ", value).replace("=?", "= ?").split())
    return unicodedata.normalize("NFC", text)[:longest].strip()


def clean_address(email: str) -> str:
    """`email` if it can stand in a header as one address. Raises `AddressUnsafe`."""
    if UNSAFE.search(email) or re.search(r"[\s,;<>\"()\[\]\\:]", email) or email.count("@") != 1:
        raise AddressUnsafe("The address holds characters that an e-mail address cannot have.")
    local, domain = email.split("@")
    if not local or not domain or not local.isascii() or len(local) > 64 or len(email) > 254:
        raise AddressUnsafe("The address is no e-mail address that mail servers accept.")
    if not _can_exist(domain):
        raise AddressUnsafe("The address names a domain that cannot exist.")
    return email


@lru_cache(maxsize=1024)
def _can_exist(domain: str) -> bool:
    try:
        domain.encode("idna")
    except UnicodeError:
        return False
    return True


@lru_cache(maxsize=1024)
def named_address(*, name: str, email: str) -> str:
    """``Name <address>`` for From, To and Reply-To; the bare address without a name."""
    label = clean_text(name, longest=120)
    address = clean_address(email)
    if not label:
        return address
    # Whoever writes it encodes the name, but parses this first: quotes keep commas in the name.
    quoted = label.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{address}>'
