"""The third record: what the database holds, read by plain SQL and without a line of the product.

The other two are kept by who saw it: `shop.Delivery` (what clients saw acknowledged) and
`provider.Taken` (what the provider took).
"""

import threading
import time
from dataclasses import dataclass, field
from typing import Any

import psycopg2

from bench.chaos.cluster import Cluster

WAITING = """
    SELECT
      (SELECT count(*) FROM orders_inboundnotice WHERE store_id = ANY(%(s)s) AND status = 'waiting'),
      (SELECT count(*) FROM events_pendingreaction WHERE store_id = ANY(%(s)s) AND status = 'pending'),
      (SELECT count(*) FROM engagement_messages_outbox WHERE store_id = ANY(%(s)s)
        AND (state IN (20, 30) OR state = 10 AND due_at < now() + interval '5 minutes')),
      (SELECT count(*) FROM engagement_messages_outbox WHERE store_id = ANY(%(s)s) AND state = 35)
"""
MESSAGES = """
    SELECT replace(m.public_id::text, '-', ''), coalesce(o.external_id, ''), m.flow, m.step,
           m.subject, m.message_class, m.status, m.reason, extract(epoch FROM m.handed_at)::float8,
           coalesce(c.email, ''), m.occurrence
    FROM engagement_messages_message m
    LEFT JOIN orders_order o ON o.id = m.order_id
    LEFT JOIN orders_customer c ON c.id = m.customer_id
    WHERE m.store_id = %s ORDER BY m.id
"""


@dataclass(frozen=True, slots=True)
class Work:
    """How much of some stores' work waits; `uncertain` mails wait for evidence and count apart."""

    notices: int
    reactions: int
    mails: int
    uncertain: int

    @property
    def is_done(self) -> bool:
        return not (self.notices or self.reactions or self.mails)


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One promised mail as the database has it. Times are seconds since 1970."""

    key: str
    order: str
    flow: str
    step: str
    subject: str
    message_class: str
    status: str
    reason: str
    handed_at: float | None
    email: str
    occurrence: str


@dataclass
class Database:
    """What the database holds of one store at the end."""

    notices: dict[str, list[tuple[str, str]]]  # key of a delivery → (status, reason) of its rows
    messages: list[MessageRow]
    dead_reactions: list[str]


def read_database(cluster: Cluster, *, store: int) -> Database:
    """The store's rows. The key of a notice is the part of its de-duplication key that the sender
    chose: the webhook id, or the hash of the body."""
    with cluster.sql() as ask:
        notices: dict[str, list[tuple[str, str]]] = {}
        for key, status, reason in ask(
            "SELECT dedup_key, status, reason FROM orders_inboundnotice WHERE store_id = %s",
            (store,),
        ):
            notices.setdefault(key.partition(":")[2], []).append((status, reason))
        messages = [MessageRow(*row) for row in ask(MESSAGES, (store,))]
        dead = ask(
            "SELECT reaction || ' ' || error FROM events_pendingreaction "
            "WHERE store_id = %s AND status = 'dead'",
            (store,),
        )
    return Database(notices=notices, messages=messages, dead_reactions=[row[0] for row in dead])


def waiting(cluster: Cluster, *, stores: list[int]) -> Work | None:
    """What waits now; None while the database is away."""
    try:
        with cluster.sql() as ask:
            return Work(*ask(WAITING, {"s": stores})[0])
    except psycopg2.Error:
        return None


@dataclass
class Watch:
    """Looks four times a second and notes what is gone later: which mails were ever uncertain, and
    when it first saw an order canceled, so that the commit lies before that moment."""

    cluster: Cluster
    uncertain: set[str] = field(default_factory=set)
    canceled: dict[tuple[int, str], float] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> "Watch":
        self._thread = threading.Thread(target=self._look_on, name="watch", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join(5)

    def _look_on(self) -> None:
        while not self._stop.is_set():
            try:
                with self.cluster.sql() as ask:
                    ask("SET statement_timeout = 2000")
                    while not self._stop.wait(0.25):
                        self.look(ask)
            except psycopg2.Error:
                self._stop.wait(0.2)

    def look(self, ask: Any) -> None:
        """One look, through `ask` (see `Cluster.sql`)."""
        for (key,) in ask(
            "SELECT replace(m.public_id::text, '-', '') FROM engagement_messages_outbox o "
            "JOIN engagement_messages_message m ON m.id = o.message_id WHERE o.state = 35"
        ):
            self.uncertain.add(key)
        for store, order in ask(
            "SELECT store_id, external_id FROM orders_order WHERE status = 'canceled'"
        ):
            self.canceled.setdefault((store, order), time.time())
