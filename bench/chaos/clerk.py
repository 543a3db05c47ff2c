"""Sets up what no public door sets up: stores, their flows, endpoints and sending accounts.

A process of its own that reads one JSON line a wish on stdin and answers with one.
"""

import json
import sys
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import django

django.setup()

from django.db import connections  # noqa: E402

from core.clock import real_now  # noqa: E402
from core.secrets import encrypt, hash_token, new_token  # noqa: E402
from core.stores.models import Store  # noqa: E402
from core.stores.scope import store_scope  # noqa: E402
from engagement.flows.catalog.review_request import FLOW as REVIEW_REQUEST  # noqa: E402
from engagement.flows.definition import Wait  # noqa: E402
from engagement.flows.operations.install_flows import install_flows  # noqa: E402
from engagement.flows.operations.publish_version import publish_version  # noqa: E402
from engagement.messages.models import ProviderAccount  # noqa: E402
from orders.operations.connect_source import connect_source  # noqa: E402

ALL_DAY = [[day, "00:00", "24:00"] for day in range(7)]


def open_store(*, slug: str, backend: str, options: dict[str, Any], **account: Any) -> Any:
    """A store that may write at any hour, whose review request goes out as soon as goods arrive."""
    now = real_now() - timedelta(days=1)  # opened yesterday: news of its first minutes are no case
    store = Store.objects.create(
        name=slug.title(),
        slug=slug,
        currency="EUR",
        country="CZ",
        time_zone="Europe/Prague",
        languages=["en"],
        sender_name=slug.title(),
        sender_email=f"hello@{slug}.example",
        postal_address="Lipova 1, 110 00 Praha 1",
        site_url=f"https://{slug}.example",
        send_windows=ALL_DAY,
        marketing_cap=20,
    )
    with store_scope(store.pk):
        install_flows(store=store, now=now)
        ask = replace(REVIEW_REQUEST.steps[0], wait=Wait(hours=0))
        definition = replace(REVIEW_REQUEST, steps=(ask, *REVIEW_REQUEST.steps[1:]))
        publish_version(store=store, definition=definition, now=now)
        doors = {
            source: connect_source(store=store, source=source, now=now)
            for source in ("generic", "aftership")
        }
        hook = new_token()
        made = ProviderAccount.objects.create(
            store=store,
            name="Fake",
            backend=backend,
            settings_sealed=encrypt(json.dumps(options)),
            hook_hash=hash_token(hook),
            hook_sealed=encrypt(hook),
            **account,
        )
    return {
        "store": store.pk,
        "account": made.pk,
        "feedback": f"/hooks/mail/postmark/{hook}/",
        "doors": {name: [urlsplit(one.url).path, one.secret] for name, one in doors.items()},
    }


def answer(line: str) -> Any:
    wish = json.loads(line)
    connections.close_all()  # the database may have been killed since
    return {"open_store": open_store}[wish.pop("what")](**wish)


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(answer(line)), flush=True)
