"""Shopify's recorded order through the hook, beside the line its export would have for it."""

import csv
import io
import json
from typing import Any

import pytest

from core.stores.models import Store
from core.stores.scope import store_scope
from orders.models import Customer, Order
from orders.operations.process_notices import drain_notices
from tests.data import shared
from tests.factories.stores import StoreFactory

pytestmark = [pytest.mark.django_db, pytest.mark.measure]

ORDER_COLUMNS = (
    "external_id", "number", "email", "status", "payment_status", "currency", "subtotal_minor",
    "discount_minor", "shipping_minor", "tax_minor", "total_minor", "refunded_minor",
    "taxes_included", "discounts", "payment_method", "shipping_method", "shipping_address",
    "billing_address", "tags", "note", "placed_at",
)  # fmt: skip
LINE_COLUMNS = (
    "position", "sku", "quantity", "unit_price_minor", "discount_minor", "total_minor",
    "needs_shipping",
)  # fmt: skip
ADDRESS = {
    "Name": "name", "Address1": "address1", "Address2": "address2", "Company": "company",
    "City": "city", "Zip": "zip", "Province": "province_code", "Country": "country_code",
    "Phone": "phone",
}  # fmt: skip


def exported(order: dict[str, Any]) -> str:
    """The order as Shopify's export writes it: its own cells on the first line only."""
    names = json.loads(shared("shopify_csv", "headers.json").read_text())["orders_export"]
    refunded = sum(
        float(paid["amount"]) for one in order["refunds"] for paid in one["transactions"]
    )
    head = {
        "Id": order["id"],
        "Email": order["email"],
        "Financial Status": order["financial_status"],
        "Paid at": order["processed_at"],
        "Accepts Marketing": "no",
        "Currency": order["currency"],
        "Subtotal": order["subtotal_price"],
        "Shipping": order["shipping_lines"][0]["price"],
        "Taxes": order["total_tax"],
        "Total": order["total_price"],
        "Discount Amount": order["total_discounts"],
        "Shipping Method": order["shipping_lines"][0]["title"],
        "Payment Method": ", ".join(order["payment_gateway_names"]),
        "Refunded Amount": f"{refunded:.2f}",
        "Notes": order["note"],
        "Tags": order["tags"],
    }
    for kind in ("Billing", "Shipping"):
        told = order[f"{kind.lower()}_address"]
        head |= {f"{kind} {theirs}": told[name] for theirs, name in ADDRESS.items()}
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval="")
    writer.writeheader()
    for place, line in enumerate(order["line_items"]):
        row = {
            "Name": order["name"],
            "Created at": order["created_at"],
            "Lineitem quantity": line["quantity"],
            "Lineitem name": line["name"],
            "Lineitem price": line["price"],
            "Lineitem sku": line["sku"],
            "Lineitem requires shipping": str(line["requires_shipping"]).lower(),
            "Lineitem discount": line["total_discount"],
        }
        writer.writerow(row if place else row | head)
    return out.getvalue()


def told(store: Store) -> dict[str, Any]:
    with store_scope(store.pk):
        order = Order.objects.get()
        lines = list(order.lines.all())
        return {
            "order": {name: getattr(order, name) for name in ORDER_COLUMNS},
            "lines": [[getattr(line, name) for name in LINE_COLUMNS] for line in lines],
            "names": [
                f"{line.title} - {line.variant_title}" if line.variant_title else line.title
                for line in lines
            ],
            "refunded": list(order.refunds.values_list("amount_minor", flat=True)),
            "customer": Customer.objects.values_list(
                "email", "first_name", "last_name", "country", "order_count"
            ).get(),
        }


@pytest.mark.parametrize("name", ["order_03_paid_partial", "order_09_partially_refunded_fulfilled"])
def test_the_recorded_order_by_file_and_by_hook_is_equal(
    store: Store, connect, run, write, name: str
) -> None:
    body = json.loads(shared("shopify_rest", "recorded_dev_store", f"{name}.json").read_text())
    body["test"] = False  # the export does not say that an order was a test
    hooked = StoreFactory()
    assert connect("shopify", to=hooked).shopify("orders/updated", body).status_code == 200
    drain_notices()
    run("import_orders", write("orders.csv", exported(body)), "shopify")
    assert told(store) == told(hooked)
