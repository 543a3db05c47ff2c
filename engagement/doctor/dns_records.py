"""Asking DNS. A check takes the asker as an argument, so that tests bring their own records."""

from collections.abc import Callable

import dns.exception
import dns.resolver

SECONDS = 3.0

Lookup = Callable[[str, str], list[str]]
"""(name, kind) → the records: a TXT's text, an MX as ``10 mail.example``, an address. Empty where
there are none; raises `dns.exception.DNSException` where nobody could say."""


def lookup(name: str, kind: str) -> list[str]:
    """The records of that kind, from the machine's resolver."""
    try:
        answer = dns.resolver.resolve(name, kind, lifetime=SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    if kind == "TXT":
        return [b"".join(record.strings).decode(errors="replace") for record in answer]
    if kind == "MX":
        return [f"{record.preference} {record.exchange.to_text(True)}" for record in answer]
    return [record.to_text() for record in answer]
