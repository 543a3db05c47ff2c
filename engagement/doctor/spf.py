"""SPF (RFC 7208): who may send for a domain, and whether the record still works."""

import re
from collections.abc import Iterator

from engagement.doctor.dns_records import Lookup

MOST_LOOKUPS = 10
_asking = re.compile(r"^[+?~-]?(include|a|mx|ptr|exists)(?=$|[:/])|^redirect(?==)")


def spf_records(domain: str, *, lookup: Lookup) -> list[str]:
    """The domain's SPF records; exactly one is right."""
    texts = lookup(domain, "TXT")
    return [text for text in texts if text.lower().split(" ")[0] == "v=spf1"]


def lookups_of(domain: str, *, lookup: Lookup, limit: int = 40) -> int:
    """How many times a receiver must ask DNS to read the record, at most `limit`."""
    count = 0
    waiting, seen = [domain], {domain}
    while waiting and count < limit:
        for record in spf_records(waiting.pop(), lookup=lookup)[:1]:
            for kind, target in _questions(record):
                count += 1
                if kind in ("include", "redirect") and target and target not in seen:
                    seen.add(target)
                    waiting.append(target)
    return count


def _questions(record: str) -> Iterator[tuple[str, str]]:
    for term in record.lower().split()[1:]:
        if found := _asking.match(term):
            kind = found[1] or "redirect"
            yield kind, re.split("[:=]", term, maxsplit=1)[1] if re.search("[:=]", term) else ""


def lets_everybody(record: str) -> bool:
    """Whether the record allows the whole internet to send in the domain's name."""
    return bool({"+all", "all"} & set(record.lower().split()))
