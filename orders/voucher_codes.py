"""Voucher codes: drawn, and known again however somebody types them. Pure."""

import re
import secrets

# Without 0 O, 1 I L, and U, which is read as V: 30 signs, 4.9 bits each.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS = (
    4,
    4,
    5,
)  # 63.8 bits: at a million guesses a second, 250,000 years to the first of a million
_dropped = re.compile(r"[^0-9A-Z]")


def new_code() -> str:
    """A fresh code of 63 bits, like ``K7QM-2XWH-T4RVN``."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(size)) for size in GROUPS)


def code_key(typed: str) -> str:
    """What a code is compared by: capitals and digits only; at most 32 of them."""
    return _dropped.sub("", typed.upper())[:32]
