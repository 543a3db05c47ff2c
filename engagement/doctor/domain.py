"""DNS of the sending domains: would receivers believe mail from them?

SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489) and where bounces and answers go (RFC 5321 5.1, RFC
7505). Large receivers refuse bulk mail without them. Where a provider signs, its key lies under a
selector that only the provider knows, so that it is not looked for here.
"""

from collections.abc import Iterator
from datetime import datetime

import dns.exception
from django.conf import settings

from core.secrets import CredentialsUnreadable
from core.stores.models import Store
from core.stores.scope import every_store
from engagement.doctor import dns_records
from engagement.doctor.dns_records import Lookup
from engagement.doctor.finding import Finding
from engagement.doctor.mail import LOCAL
from engagement.doctor.spf import MOST_LOOKUPS, lets_everybody, lookups_of, spf_records
from engagement.messages.delivery.accounts import signer_of
from engagement.messages.delivery.dkim import Signer, public_part, published_key, record_name
from engagement.messages.models import ProviderAccount


def examine(*, now: datetime, lookup: Lookup = dns_records.lookup, only: str = "") -> list[Finding]:
    """Every domain that a store writes from, or `only` that one; nothing while mails stay here."""
    if settings.EMAIL_BACKEND == LOCAL and not only:
        return []
    senders = Store.objects.exclude(sender_email="")
    domains = {_domain(sender) for sender in senders.values_list("sender_email", flat=True)}
    found: list[Finding] = []
    for domain in [only.lower()] if only else sorted(domains):
        try:
            found += _one(domain, lookup)
        except dns.exception.DNSException as error:
            found.append(
                Finding(
                    "warn",
                    f"domain {domain}",
                    f"Its records could not be looked up ({type(error).__name__}).",
                    "Try again from a machine that reaches DNS.",
                )
            )
    return found


def _domain(address: str) -> str:
    return address.rpartition("@")[2].strip("> ").lower()


def _one(domain: str, lookup: Lookup) -> list[Finding]:
    found = [*_spf(domain, lookup), *_dmarc(domain, lookup), *_dkim(domain, lookup)]
    for place in sorted({domain, *_reply_domains(domain)}):
        found += _takes_mail(place, domain, lookup)
    if any(finding.mark != "ok" for finding in found):
        return found
    words = " ".join(finding.found for finding in found)
    return [Finding("ok", f"domain {domain}", f"SPF, DMARC and MX are there. {words}".strip())]


def _spf(domain: str, lookup: Lookup) -> Iterator[Finding]:
    about = f"domain {domain}"
    records = spf_records(domain, lookup=lookup)
    if len(records) != 1:
        yield Finding(
            "fail",
            about,
            f"It has {len(records)} SPF records; one is needed.",
            "Add the TXT record that your mail provider names, beginning v=spf1.",
        )
        return
    if lets_everybody(records[0]):
        yield Finding(
            "fail",
            about,
            "Its SPF record lets everybody send in its name.",
            "End it with ~all or -all instead of +all.",
        )
    asked = lookups_of(domain, lookup=lookup)
    if asked > MOST_LOOKUPS:
        yield Finding(
            "fail",
            about,
            f"Its SPF record needs {asked} look-ups; receivers stop at {MOST_LOOKUPS}.",
            "Take out includes of programs that no longer send for you.",
        )


def _dmarc(domain: str, lookup: Lookup) -> Iterator[Finding]:
    about = f"domain {domain}"
    place, records = _dmarc_records(domain, lookup)
    if len(records) != 1:
        yield Finding(
            "fail",
            about,
            f"It has {len(records)} DMARC records; one is needed.",
            f"Add a TXT record at _dmarc.{domain}, at least “v=DMARC1; p=none”.",
        )
        return
    if _tags(records[0]).get("p") not in ("none", "quarantine", "reject"):
        yield Finding(
            "fail",
            about,
            f"The DMARC record of {place} names no policy.",
            "Let it say p=none, p=quarantine or p=reject.",
        )


def _dmarc_records(domain: str, lookup: Lookup) -> tuple[str, list[str]]:
    """The records of the domain, else of the nearest domain above it."""
    labels = domain.split(".")
    for start in range(max(1, len(labels) - 1)):
        place = ".".join(labels[start:])
        texts = lookup(f"_dmarc.{place}", "TXT")
        if found := [text for text in texts if text.lower().startswith("v=dmarc1")]:
            return place, found
    return domain, []


def _tags(record: str) -> dict[str, str]:
    parts = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip().lower() for name, _sign, value in parts}


def _dkim(domain: str, lookup: Lookup) -> Iterator[Finding]:
    """Our own keys: published as they are, and for a domain that DMARC accepts (alignment)."""
    with every_store():
        accounts = [
            account
            for account in ProviderAccount.objects.exclude(dkim_key_sealed="").select_related(
                "store"
            )
            if _domain(account.store.sender_email) == domain
        ]
    _place, records = _dmarc_records(domain, lookup)
    strict = bool(records) and _tags(records[0]).get("adkim") == "s"
    for account in accounts:
        about = f"DKIM of {account.name}"
        try:
            signer = signer_of(account)
        except CredentialsUnreadable:
            yield Finding(
                "fail", about, "Its key cannot be opened.", "Make a new key in the dashboard."
            )
            continue
        if signer is not None:
            yield _published(signer, about=about, domain=domain, strict=strict, lookup=lookup)


def _published(signer: Signer, *, about: str, domain: str, strict: bool, lookup: Lookup) -> Finding:
    name = record_name(domain=signer.domain, selector=signer.selector)
    keys = [key for text in lookup(name, "TXT") if (key := published_key(text)) is not None]
    enter = f"Enter the TXT record that the account's page shows at {name}."
    if not keys:
        return Finding("fail", about, f"There is no record at {name}.", enter)
    if public_part(signer.pem) not in keys:
        return Finding("fail", about, f"The record at {name} holds another key.", enter)
    near = domain.endswith(f".{signer.domain}") or signer.domain.endswith(f".{domain}")
    if signer.domain != domain and (strict or not near):
        return Finding(
            "fail",
            about,
            f"It signs for {signer.domain}, and mails are from {domain}: DMARC does not count it.",
            "Make a new key in the dashboard; it is made for the sender address.",
        )
    return Finding("ok", about, f"Our DKIM key is published at {name}.")


def _reply_domains(domain: str) -> set[str]:
    stores = Store.objects.filter(sender_email__iendswith=f"@{domain}").exclude(reply_to="")
    return {_domain(address) for address in stores.values_list("reply_to", flat=True)}


def _takes_mail(place: str, domain: str, lookup: Lookup) -> Iterator[Finding]:
    """Bounces come back to the sender address, answers to the reply address: both must take mail."""
    about = f"domain {domain}"
    servers = lookup(place, "MX")
    if any(server.split()[-1] == "." for server in servers):
        found = f"{place} says that it takes no mail (a null MX)"
    elif servers or lookup(place, "A") or lookup(place, "AAAA"):
        return
    else:
        found = f"{place} has no MX record and no address"
    what = "bounces" if place == domain else "answers"
    yield Finding(
        "fail",
        about,
        f"{found}: {what} get lost.",
        "Add an MX record, or write from an address that receives mail.",
    )
