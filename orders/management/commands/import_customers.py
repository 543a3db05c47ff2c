"""`import_customers FILE --store S --format shopify|woocommerce|csv|jsonl`."""

from orders.imports.command import ImportCommand
from orders.imports.formats import CUSTOMERS
from orders.operations.import_customers import import_customers


class Command(ImportCommand):
    help = "Take customers in from a file. Safe to repeat; nothing is sent because of it."
    formats = tuple(CUSTOMERS)
    operation = staticmethod(import_customers)
