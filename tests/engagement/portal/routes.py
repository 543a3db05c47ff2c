"""The portal's addresses that only a customer who is in may open, out of the URL patterns themselves."""

from collections.abc import Iterator
from typing import Any

from django.urls import get_resolver

OPEN = {
    "door",
    "help",
    "digits",
    "enter",
    "order_by_link",
    "paper_by_link",
    "guide",
    "guide_file",
    "guarantee",
    "owners_picture",
    "claim_party",
    "partys_picture",
    "register_guarantee",
    "return_by_link",
    "return_slip_by_link",
    "withdraw",
    "withdrawn",
    "data_by_link",
    "data_kept_by_link",
}


def _named(resolver: Any = None, before: str = "") -> Iterator[tuple[str, str]]:
    for entry in (resolver or get_resolver()).url_patterns:
        route = before + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            yield from _named(entry, route)
        else:
            yield route, entry.name or ""


CUSTOMERS_ONLY = sorted(
    route for route, name in _named() if route.startswith("portal/") and name not in OPEN
)
