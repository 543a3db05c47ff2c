"""The shop whose deliveries come in, and what the database tells of them. Wants Django set up."""

from datetime import timedelta
from statistics import quantiles
from urllib.parse import urlsplit

from django.core.management import call_command
from django.db import connection

from bench.ingest.posts import Writer
from core.clock import real_now
from core.events.models import PendingReaction
from core.stores.models import Store
from core.stores.scope import every_store, store_scope
from engagement.flows.operations.install_flows import install_flows
from engagement.messages.models import Message
from orders.models import InboundNotice
from orders.operations.connect_source import connect_source

HOST = "bench.example"


def open_shop(*, slug: str, held: bool = True) -> Writer:
    """A live store with its Shopify door; `held` lets it plan and send nothing."""
    store = Store.objects.create(
        name=slug,
        slug=slug,
        currency="CZK",
        country="CZ",
        sender_email="shop@bench.example",
        postal_address="Lipova 1, 110 00 Praha",
        sending_held=held,
    )
    opened = real_now() - timedelta(days=30)
    with store_scope(store.pk):
        install_flows(store=store, now=opened)
        made = connect_source(store=store, source="shopify", now=opened)
    return Writer(store=store, path=urlsplit(made.url).path, secret=made.secret, host=HOST)


def migrate() -> None:
    call_command("migrate", verbosity=0)


def forget_deliveries() -> None:
    """Empty the table of deliveries between two rounds."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE orders_inboundnotice CASCADE")


def left_to_do() -> int:
    """Deliveries not yet read and reactions not yet run."""
    with every_store():
        notices = InboundNotice.objects.filter(status="waiting").count()
        return notices + PendingReaction.objects.filter(status="pending").count()


def tally() -> dict[str, int]:
    """What there is: deliveries by how they ended, events, mails planned."""
    with every_store():
        found = {
            f"notices {status}": InboundNotice.objects.filter(status=status).count()
            for status in InboundNotice.Status.values
        }
        done = PendingReaction.objects.filter(status="done").count()
        dead = PendingReaction.objects.filter(status="dead").count()
        return {
            **found,
            "reactions done": done,
            "reactions dead": dead,
            "mails": Message.objects.count(),
        }


def delays(*, slug: str) -> list[float]:
    """Seconds from a new order's commit to its confirmation in the calendar, sorted."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT extract(epoch FROM m.created_at - n.received_at)
               FROM orders_inboundnotice n
               JOIN engagement_messages_message m
                 ON m.order_id = n.order_id AND m.flow = 'order_confirmation'
               JOIN stores_store s ON s.id = n.store_id
               WHERE n.topic = 'orders/create' AND s.slug = %s ORDER BY 1""",
            [slug],
        )
        return [float(row[0]) for row in cursor.fetchall()]


def p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1]


def backends() -> list[int]:
    """Process ids of the database's sessions, ours left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid()"
        )
        return [row[0] for row in cursor.fetchall()]
