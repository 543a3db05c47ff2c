"""What a ruling rests on: the rows that the checks read, as one text of their versions.

While it stays the same, `forbidden` would read the very rows that `judge` has read, so that MARK
need not ask it once more. Suppression is not among them: MARK asks for it itself. A test compares
the tables named here with those that the rules read.
"""

from functools import lru_cache

from core.stores.models import Store
from engagement.flows.models import Campaign, Flow, FlowVersion
from engagement.flows.rules import answered, unsettled
from engagement.flows.rules.versions import versions
from engagement.guides.models import CareTip, Guide
from engagement.messages.models import Message
from engagement.preferences.models import Consent, Wishes
from orders.models import (
    Category,
    Claim,
    Customer,
    Fulfillment,
    Guarantee,
    Order,
    OrderDocument,
    OrderLine,
    Product,
    Refund,
    Variant,
    WarrantyParty,
)

THEIR_ORDERS = f"JOIN {Order._meta.db_table} o ON o.id = x.order_id"

ITS_GOODS = (
    f"SELECT 1 FROM {OrderLine._meta.db_table} l JOIN {Product._meta.db_table} p "  # noqa: S608 (our own words)
    "ON p.id = l.product_id WHERE l.order_id = m.order_id "
    "AND (x.product_id = p.id OR x.category_id = p.category_id)"
)
OF_ITS_GOODS = f"x.store_id = m.store_id AND EXISTS ({ITS_GOODS})"


def only(flow: str, sql: str) -> str:
    """What mails of that one flow rest on; the others do not even look."""
    return f"CASE WHEN m.flow = '{flow}' THEN {sql} END"


def of_a_campaign(sql: str) -> str:
    """What mails of campaigns rest on; the others do not even look."""
    kinds = ", ".join(f"'{kind}'" for kind in Campaign.Kind.values)
    return f"CASE WHEN m.flow IN ({kinds}) THEN {sql} END"


NEWS: tuple[str, ...] = (
    "m.ctid::text || m.xmin::text",
    versions(Store, "x.id = m.store_id"),
    versions(Flow, "x.store_id = m.store_id AND x.key = m.flow"),
    versions(
        FlowVersion,
        "f.store_id = m.store_id AND f.key = m.flow",
        also=f"JOIN {Flow._meta.db_table} f ON f.id = x.flow_id AND f.current_version = x.number",
    ),
    versions(Customer, "x.id = m.customer_id"),
    versions(Order, "x.id = m.order_id"),
    versions(Fulfillment, "x.order_id = m.order_id"),
    versions(Claim, "x.id = (m.facts ->> 'claim')::bigint"),
    versions(
        WarrantyParty,
        "c.id = (m.facts ->> 'claim')::bigint",
        also=f"JOIN {Claim._meta.db_table} c ON c.party_id = x.id",
    ),
    versions(Guarantee, "x.id = (m.facts -> 'guarantee' ->> 'id')::bigint"),
    versions(
        Guarantee,
        "c.id = (m.facts ->> 'claim')::bigint",
        also=f"JOIN {Claim._meta.db_table} c ON c.guarantee_id = x.id",
    ),
    versions(Refund, "x.id = (m.facts ->> 'refund')::bigint"),
    of_a_campaign(versions(Campaign, "x.id = (m.facts ->> 'campaign')::bigint")),
    of_a_campaign(
        versions(
            Product,
            "k.id = (m.facts ->> 'campaign')::bigint",
            also=f"JOIN {Campaign._meta.db_table} k ON k.product_id = x.id",
        )
    ),
    only("documents_ready", versions(OrderDocument, "x.order_id = m.order_id")),
    only("guide_on_arrival", versions(Guide, OF_ITS_GOODS)),
)
"""What every mail rests on."""

MARKETING: tuple[str, ...] = (
    *NEWS,
    only("care_tips", versions(CareTip, OF_ITS_GOODS)),
    versions(OrderLine, "x.order_id = m.order_id"),
    *(
        versions(goods, "l.order_id = m.order_id", also=join)
        for goods, join in (
            (Product, f"JOIN {OrderLine._meta.db_table} l ON l.product_id = x.id"),
            (Variant, f"JOIN {OrderLine._meta.db_table} l ON l.variant_id = x.id"),
            (
                Category,
                f"JOIN {Product._meta.db_table} p ON p.category_id = x.id "
                f"JOIN {OrderLine._meta.db_table} l ON l.product_id = p.id",
            ),
        )
    ),
    versions(Customer, "x.merged_into_id = m.customer_id"),
    versions(Consent, "x.customer_id = m.customer_id"),
    versions(
        Consent,
        "c.merged_into_id = m.customer_id",
        also=f"JOIN {Customer._meta.db_table} c ON c.id = x.customer_id",
    ),
    versions(Wishes, "x.customer_id = m.customer_id"),
    versions(
        Wishes,
        "c.merged_into_id = m.customer_id",
        also=f"JOIN {Customer._meta.db_table} c ON c.id = x.customer_id",
    ),
    versions(Message, "x.customer_id = m.customer_id"),
    versions(Order, "x.customer_id = m.customer_id"),
    versions(OrderLine, "o.customer_id = m.customer_id", also=THEIR_ORDERS),
)
"""What marketing rests on beside: its goods, the person's other orders, mails and consent. A
message of the step before is the same person's; once sent, it stays sent."""


def grounds_of(*, marketing: bool) -> str | None:
    """SQL over ``m``, a row of messages; None where some source does not say what it reads."""
    if not marketing:
        return _joined(NEWS)
    told = [getattr(source, "grounds", None) for source in (*answered.SOURCES, *unsettled.SOURCES)]
    if None in told:
        return None
    return _joined((*MARKETING, *(sql for grounds in told for sql in grounds or ())))


@lru_cache(maxsize=8)
def _joined(grounds: tuple[str, ...]) -> str:
    return f"md5(concat_ws('|', {', '.join(grounds)}))"
