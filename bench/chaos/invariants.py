"""What must hold after every fault: the three records are laid side by side.

Each function returns what is wrong, in words with the order or mail it is about; an empty list is
what we hope for.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from bench.chaos.provider import Taken
from bench.chaos.records import Database, MessageRow, Watch
from bench.chaos.shop import Shop

FLOW_OF = {
    "placed": "order_confirmation",
    "shipped": "order_shipped",
    "delivered": "delivered",
    "canceled": "order_canceled",
}
ENDED = {"sent", "skipped", "failed"}
# Why order news may rightly stay at home, though its fact was acknowledged.
GOOD_REASONS = {"order_canceled", "order_deleted", "overtaken"}
MARKETING_STEPS = {("review_request", "ask"), ("review_request", "reminder")}


@dataclass
class Terms:
    """What a scenario allows beyond the rule, and why it may: it set it up."""

    dead: set[str] = field(default_factory=set)  # orders whose news may end as dead letters
    failed: set[str] = field(default_factory=set)  # orders whose mails the provider refused
    reasons: set[str] = field(default_factory=set)  # why else order news may stay at home
    clocks_differ: bool = False  # the product's clock was moved: its times say nothing against ours
    uncertain_stays: bool = False  # with life's times the evidence comes after the run


def problems(*, shop: Shop, database: Database, watch: Watch, terms: Terms) -> list[str]:
    """Everything that is wrong with one shop at the end of a scenario."""
    taken = shop.provider.taken(domain=shop.domain)
    return [
        *_acked_is_kept(shop, database, terms),
        *_orders_have_their_mails(shop, database, taken, watch, terms),
        *_promised_once(database),
        *_sent_is_taken(database, taken, watch),
        *_no_double(shop, database, taken, watch),
        *([] if terms.clocks_differ else _nothing_after_a_ban(shop, database, watch)),
        *_nobody_unknown(database, taken),
        *(f"reaction given up: {what}" for what in database.dead_reactions if not terms.dead),
    ]


def _acked_is_kept(shop: Shop, database: Database, terms: Terms) -> Iterable[str]:
    """No acknowledged delivery is missing, each is kept once, and each was worked on."""
    for delivery in shop.deliveries:
        rows = database.notices.get(delivery.key, [])
        name = f"{delivery.order} {delivery.step}"
        if delivery.acked_at is not None and not rows:
            yield f"{name}: acknowledged, and not in the database"
        if len(rows) > 1:
            yield f"{name}: kept {len(rows)} times"
        for status, reason in rows:
            if status == "waiting":
                yield f"{name}: still waiting"
            if status == "dead" and delivery.order not in terms.dead:
                yield f"{name}: given up ({reason})"


def _orders_have_their_mails(
    shop: Shop, database: Database, taken: list[Taken], watch: Watch, terms: Terms
) -> Iterable[str]:
    """Every acknowledged fact of an order has its mail: taken by the provider, or rightly not."""
    by_promise = {(row.order, row.flow): row for row in database.messages}
    got = {(one.to, one.flow) for one in taken}
    for delivery in shop.deliveries:
        if delivery.acked_at is None or delivery.order in terms.dead:
            continue
        flow = FLOW_OF[delivery.step]
        row = by_promise.get((delivery.order, flow))
        name = f"{delivery.order} {flow}"
        if row is None:
            yield f"{name}: never promised"
        elif row.status not in ENDED:
            if not (terms.uncertain_stays and row.status == "uncertain"):
                yield f"{name}: left {row.status}"
        elif row.status == "skipped" and row.reason not in GOOD_REASONS | terms.reasons:
            yield f"{name}: skipped for {row.reason}"
        elif row.status == "failed" and delivery.order not in terms.failed:
            if not (row.reason == "unknown_not_resent" and row.key in watch.uncertain):
                yield f"{name}: failed for {row.reason}"
        elif row.status == "sent" and (shop.address(delivery.order), flow) not in got:
            yield f"{name}: said to be sent, and the provider never saw it"


def _promised_once(database: Database) -> Iterable[str]:
    """One promise a step and subject, also where only one of two would have left."""
    promises = Counter(
        (row.flow, row.step, row.subject, row.occurrence) for row in database.messages
    )
    for (flow, step, subject, _), number in promises.items():
        if number > 1:
            yield f"{subject}: {flow}/{step} is promised {number} times"


def _sent_is_taken(database: Database, taken: list[Taken], watch: Watch) -> Iterable[str]:
    """The database and the provider agree, mail by mail; only doubt allows a difference."""
    got = Counter(one.key for one in taken)
    for row in database.messages:
        if row.status == "sent" and not got[row.key]:
            yield f"{row.order} {row.flow}/{row.step}: said to be sent, not in the ledger"
        at_home = row.status not in {"sent", "uncertain"} and row.key not in watch.uncertain
        if at_home and got[row.key]:
            yield f"{row.order} {row.flow}/{row.step}: {row.status}, and yet the provider has it"


def _no_double(shop: Shop, database: Database, taken: list[Taken], watch: Watch) -> Iterable[str]:
    """Once; order news once more if, and only if, it had been uncertain, under the same id (E10).

    Told by the provider's own record alone: nobody's customer may find the same step twice.
    """
    marketing = {row.key for row in database.messages if row.message_class == "marketing"}
    letters: dict[tuple[str, str, str], list[Taken]] = defaultdict(list)
    for one in taken:
        letters[(one.to, one.flow, one.step)].append(one)
    for (to, flow, step), copies in letters.items():
        doubted = all(one.key in watch.uncertain for one in copies)
        again = doubted and not any(one.key in marketing for one in copies)
        most = shop.orders_of(to) * (2 if again else 1)
        if len(copies) > most:
            yield f"{to} got {flow}/{step} {len(copies)} times, {most} allowed"
        if len({one.message_id for one in copies}) > shop.orders_of(to):
            yield f"{to} got {flow}/{step} under different Message-IDs"


def _nothing_after_a_ban(shop: Shop, database: Database, watch: Watch) -> Iterable[str]:
    """Nothing was marked for hand-over after a cancellation or an unsubscribing had committed."""
    for row in database.messages:
        if row.handed_at is None or row.status == "skipped":
            continue
        seen = watch.canceled.get((shop.store, row.order))
        if seen and row.handed_at > seen and row.flow != "order_canceled":
            yield f"{row.order} {row.flow}: handed over {row.handed_at - seen:.2f} s after the cancel"
        left = shop.left.get(row.email)
        if left and row.handed_at > left and row.message_class == "marketing":
            yield f"{row.email} {row.flow}: handed over after they had unsubscribed"


def _nobody_unknown(database: Database, taken: list[Taken]) -> Iterable[str]:
    known = {row.key for row in database.messages}
    for one in taken:
        if one.key not in known:
            yield f"{one.to} got a {one.flow} that nobody promised ({one.message_id})"


def doubles(taken: list[Taken]) -> int:
    """How many mails reached somebody a second time."""
    letters = Counter((one.to, one.flow, one.step) for one in taken)
    return sum(number - 1 for number in letters.values())


def summary(rows: list[MessageRow]) -> str:
    """Messages by how they ended."""
    counts = Counter(f"{row.status} {row.reason}".strip() for row in rows)
    return ", ".join(f"{number} {how}" for how, number in sorted(counts.items()))
