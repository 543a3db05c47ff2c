"""The engine's half of a shop: events, deliveries, mails planned and past, consents, the books."""

from bench.scale import population
from bench.scale.fill import fill, without_indexes
from bench.scale.population import Population
from core.audit.models import AuditEntry
from core.events.models import EventRow, PendingReaction
from engagement.messages.models import Message, Outbox
from engagement.messages.models.local_mail import LocalMail
from engagement.preferences.models import Consent, Suppression
from orders.models import InboundNotice


def events(size: Population, store: str, moment: str) -> None:
    at = f"({moment} - (n::float / {size.orders} * interval '900 days'))"
    with without_indexes(EventRow, PendingReaction):
        fill(
            EventRow,
            rows=size.orders,
            columns={
                "id": "n",
                "store": store,
                "name": "(ARRAY['order.placed','fulfillment.shipped','fulfillment.delivered'])[1 + n % 3]",
                "key": "n::text",
                "subject": "'order:' || n",
                "payload": """jsonb_build_object('order_id', n, 'customer_id', n)""",
                "occurred_at": at,
                "recorded_at": at,
            },
        )
        fill(
            PendingReaction,
            rows=size.orders,
            columns={
                "store": store,
                "event": "n",
                "reaction": "'engagement.flows.reactions.enter'",
                "status": "CASE WHEN n % 1009 = 0 THEN 'dead' ELSE 'done' END",
                "due_at": at,
                "done_at": at,
            },
        )


def notices(size: Population, store: str, moment: str) -> None:
    at = f"({moment} - (n::float / {size.notices} * interval '90 days'))"
    with without_indexes(InboundNotice):
        fill(
            InboundNotice,
            rows=size.notices,
            columns={
                "store": store,
                "source": "'shopify'",
                "topic": "(ARRAY['orders/create','orders/updated','fulfillment_events/create'])[1 + n % 3]",
                "dedup_key": "md5(n::text)",
                "body_hash": "md5(n::text) || md5('b' || n::text)",
                "body": """convert_to('{"id": ' || n || '}', 'UTF8')""",
                "received_at": at,
                "status": "CASE WHEN n % 997 = 0 THEN 'dead' WHEN n % 20 = 0 THEN 'ignored'"
                " ELSE 'applied' END",
                "order": "n",
                "due_at": at,
                "processed_at": at,
            },
        )


def messages(size: Population, store: str, moment: str, big: int) -> None:
    """As many past mails as orders divided by three; `size.messages` future ones; the due ones."""
    flow = "(ARRAY['review_request','replenishment','birthday','order_confirmation','delivered'])"
    step = "(ARRAY['ask','remind','greet','confirm','tell'])"
    past = size.messages // 3
    at = f"({moment} + interval '1 hour' + (n::float / {size.messages} * interval '90 days'))"
    gone = f"({moment} - interval '1 hour' - (n::float / {past} * interval '300 days'))"
    due = f"({moment} - n * interval '1 second')"
    shared = {
        "flow": f"{flow}[1 + n % 5]",
        "step": f"{step}[1 + n % 5]",
        "subject": "'order:' || n",
        "template": f"{flow}[1 + n % 5]",
        "message_class": "CASE WHEN n % 5 > 2 THEN 'transactional' ELSE 'marketing' END",
        "order": f"(n - 1) % {size.orders} + 1",
        "customer": f"(n - 1) % {size.customers} + 1",
    }
    mine = "n - (CASE WHEN n % 5 = 0 THEN 1 ELSE 0 END)"
    with without_indexes(Message, Outbox):
        for offset, rows, moment_of, extra in (
            (0, size.messages, at, {"store": store}),
            (
                size.messages,
                population.DUE_MESSAGES,
                due,
                {
                    "store": str(big),
                    "occurrence": "'due'",
                    "order": mine,
                    "customer": mine,
                },
            ),
        ):
            fill(
                Message,
                rows=rows,
                columns=shared
                | {"id": f"n + {offset}", "due_at": moment_of, "anchor_at": moment_of}
                | {"created_at": moment}
                | extra,
            )
            fill(
                Outbox,
                rows=rows,
                columns={
                    "message": f"n + {offset}",
                    "store": extra["store"],
                    "customer": extra.get("customer", shared["customer"]),
                    "lane": "CASE WHEN n % 5 > 2 THEN 1 ELSE 2 END",
                    "due_at": moment_of,
                },
            )
        fill(
            Message,
            rows=past,
            columns=shared
            | {
                "id": f"n + {size.messages + population.DUE_MESSAGES}",
                "store": store,
                "occurrence": "'past'",
                "status": "CASE WHEN n % 10 = 0 THEN 'skipped' WHEN n % 1013 = 0 THEN 'failed'"
                " ELSE 'sent' END",
                "reason": "CASE WHEN n % 10 = 0 THEN 'no_consent' ELSE '' END",
                "due_at": gone,
                "anchor_at": gone,
                "handed_at": gone,
                "ended_at": gone,
                "created_at": gone,
                "sent_to": f"'buyer' || ((n - 1) % {size.customers} + 1) || '@mail.example'",
            },
        )


def rest(size: Population, store: str, moment: str) -> None:
    at = f"({moment} - n * interval '1 minute')"
    with without_indexes(Consent, Suppression, AuditEntry, LocalMail):
        fill(
            Consent,
            rows=size.customers // 2,
            columns={
                "store": store,
                "customer": "n",
                "basis": "'explicit'",
                "source": "'shopify'",
                "stated_at": at,
                "recorded_at": at,
            },
        )
        fill(
            Suppression,
            rows=size.customers // 20,
            columns={
                "store": store,
                "address_hash": "md5(n::text) || md5('b' || n::text)",
                "reach": "'marketing'",
                "reason": "CASE WHEN n % 7 = 0 THEN 'bounced' ELSE 'unsubscribed' END",
                "customer": "n",
                "since": at,
            },
        )
        fill(
            AuditEntry,
            rows=size.customers // 10,
            columns={
                "store": store,
                "actor": "'staff@shop.example'",
                "action": "'order.changed'",
                "subject": "'order:' || n",
                "happened_at": at,
            },
        )
        fill(
            LocalMail,
            rows=size.customers // 10,
            columns={
                "store": store,
                "recipient": "'buyer' || n || '@mail.example'",
                "sender": "'shop@shop.example'",
                "subject": "'Your order'",
                "mime": "convert_to('From: a@b.example', 'UTF8')",
                "received_at": at,
            },
        )
