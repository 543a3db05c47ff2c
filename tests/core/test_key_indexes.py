"""Tables that are written much keep no index that another one begins with."""

import pytest
from django.db import connection

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

MUCH_WRITTEN = (
    "orders_order", "orders_customer", "orders_customersourceid", "orders_product", "orders_variant",
    "orders_adjustment", "orders_refund", "orders_fulfillment", "orders_inboundnotice",
    "events_eventrow", "events_pendingreaction", "engagement_messages_message",
    "engagement_messages_messageevent",
)  # fmt: skip
BEGUN_BY_ANOTHER = """
    SELECT DISTINCT one.indexrelid::regclass::text
    FROM pg_index one JOIN pg_index other
      ON other.indrelid = one.indrelid AND other.indexrelid <> one.indexrelid
    WHERE one.indrelid = ANY(%s::regclass[]) AND NOT one.indisunique
      AND one.indpred IS NULL AND other.indpred IS NULL
      AND one.indexprs IS NULL AND other.indexprs IS NULL
      AND one.indnkeyatts < other.indnkeyatts
      AND (one.indkey::int2[])[0:one.indnkeyatts - 1] = (other.indkey::int2[])[0:one.indnkeyatts - 1]
      AND (one.indclass::oid[])[0:one.indnkeyatts - 1] = (other.indclass::oid[])[0:one.indnkeyatts - 1]
"""


def test_no_index_is_the_beginning_of_another() -> None:
    with connection.cursor() as cursor:
        cursor.execute(BEGUN_BY_ANOTHER, [list(MUCH_WRITTEN)])
        assert [row[0] for row in cursor.fetchall()] == []
