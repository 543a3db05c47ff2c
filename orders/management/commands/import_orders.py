"""`import_orders FILE --store S --format shopify|woocommerce|csv|jsonl`."""

from orders.imports.command import ImportCommand
from orders.imports.formats import ORDERS
from orders.operations.import_orders import import_orders


class Command(ImportCommand):
    help = "Take orders in from a file. Safe to repeat; nothing is sent because of it."
    formats = tuple(ORDERS)
    operation = staticmethod(import_orders)
