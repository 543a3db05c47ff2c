"""`import_orders FILE --store S --format shopify|woocommerce|csv|jsonl`."""

from orders.imports.command import ImportCommand


class Command(ImportCommand):
    help = "Take orders in from a file. Safe to repeat; nothing is sent because of it."
    kind = "orders"
