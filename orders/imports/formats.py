"""Which reader reads which file."""

from collections.abc import Mapping

from orders.imports import (
    customers,
    generic_lines,
    profile_orders,
    profile_products,
    shopify_orders,
    shopify_products,
    woocommerce_orders,
    woocommerce_products,
)
from orders.imports.take_in import Reader

ORDERS: Mapping[str, Reader] = {
    "shopify": shopify_orders.read_orders,
    "woocommerce": woocommerce_orders.read_orders,
    "csv": profile_orders.read_orders,
    "jsonl": generic_lines.read_lines,
}
PRODUCTS: Mapping[str, Reader] = {
    "shopify": shopify_products.read_products,
    "woocommerce": woocommerce_products.read_products,
    "csv": profile_products.read_products,
    "jsonl": generic_lines.read_lines,
}
CUSTOMERS: Mapping[str, Reader] = {
    "shopify": customers.read_shopify,
    "woocommerce": customers.read_woocommerce,
    "csv": customers.read_csv,
    "jsonl": generic_lines.read_lines,
}
READERS: Mapping[str, Mapping[str, Reader]] = {
    "orders": ORDERS,
    "products": PRODUCTS,
    "customers": CUSTOMERS,
}
