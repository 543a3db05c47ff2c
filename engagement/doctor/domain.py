"""DNS of the sending domains: would receivers believe mail from them?

SPF (RFC 7208) and DMARC (RFC 7489) are public records of the domain; large receivers refuse bulk
mail without them. DKIM keys lie under selectors that only the mail provider knows, so it is not
looked for here.
"""

from collections.abc import Callable
from datetime import datetime

import dns.exception
import dns.resolver
from django.conf import settings

from core.stores.models import Store
from engagement.doctor.finding import Finding
from engagement.doctor.mail import LOCAL

SECONDS = 3.0

Lookup = Callable[[str], list[str]]


def lookup_txt(name: str) -> list[str]:
    """The TXT records of `name`; empty when it has none. Raises `dns.exception.DNSException`."""
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    return [b"".join(record.strings).decode(errors="replace") for record in answer]


def examine(*, now: datetime, lookup: Lookup = lookup_txt) -> list[Finding]:
    """SPF and DMARC of every domain that a store writes from; nothing while mails stay here."""
    if settings.EMAIL_BACKEND == LOCAL:
        return []
    senders = Store.objects.exclude(sender_email="").values_list("sender_email", flat=True)
    domains = sorted({sender.rsplit("@", 1)[-1].lower() for sender in senders})
    return [finding for domain in domains for finding in _domain(domain, lookup)]


def _domain(domain: str, lookup: Lookup) -> list[Finding]:
    about = f"domain {domain}"
    try:
        spf = [text for text in lookup(domain) if text.lower().startswith("v=spf1")]
        dmarc = [text for text in lookup(f"_dmarc.{domain}") if text.lower().startswith("v=dmarc1")]
    except dns.exception.DNSException as error:
        return [
            Finding(
                "warn",
                about,
                f"Its records could not be looked up ({type(error).__name__}).",
                "Try again from a machine that reaches DNS.",
            )
        ]
    found = []
    if len(spf) != 1:
        found.append(
            Finding(
                "fail",
                about,
                f"It has {len(spf)} SPF records; one is needed.",
                "Add the TXT record that your mail provider names, beginning v=spf1.",
            )
        )
    if len(dmarc) != 1:
        found.append(
            Finding(
                "fail",
                about,
                f"It has {len(dmarc)} DMARC records; one is needed.",
                f"Add a TXT record at _dmarc.{domain}, at least “v=DMARC1; p=none”.",
            )
        )
    return found or [Finding("ok", about, "SPF and DMARC are there.")]
