"""A file's orders use vouchers as a hook's do."""

import json

from core.stores.scope import store_scope
from orders.models import Redemption
from orders.operations.issue_voucher import Offer, issue_voucher

ORDER = {
    "id": "1001",
    "currency": "CZK",
    "placed_at": "2026-01-05T10:00:00Z",
    "total": "90.00",
    "email": "jana@mail.example",
    "lines": [{"id": "1", "title": "Soap", "quantity": 1, "unit_price": "100.00"}],
}


def test_orders_of_a_file_use_their_codes_and_canceled_ones_give_them_back(store, run, write, now):
    with store_scope(store.pk):
        voucher = issue_voucher(
            store=store,
            offer=Offer(kind="percent", percent=10, uses_allowed=None),
            reason="By hand",
            by="owner",
            now=now,
        )
    code = [{"code": f" {voucher.code.lower()}", "amount": "10.00"}]
    told = [
        {**ORDER, "discounts": code},
        {**ORDER, "id": "1002", "discounts": code, "canceled_at": "2026-01-06T10:00:00Z"},
        {**ORDER, "id": "1003", "discounts": [{"code": "SPRING", "amount": "10.00"}]},
    ]
    lines = "\n".join(json.dumps({"type": "order", "data": body}) for body in told)
    path = write("orders.jsonl", lines)
    for _ in range(2):
        run("import_orders", path, "jsonl")
        with store_scope(store.pk):
            (use,) = Redemption.objects.select_related("order")
            assert (use.order.external_id, use.amount_minor) == ("1001", 1000)
